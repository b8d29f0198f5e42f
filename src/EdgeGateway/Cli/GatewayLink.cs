using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using EdgeGateway.Clocks;
using EdgeGateway.Commands;
using EdgeGateway.Gateway;
using EdgeGateway.Registry;
using EdgeGateway.Texts;
using EdgeGateway.Web;
using EdgeGateway.Witnessing;

namespace EdgeGateway.Cli;

/// <summary>
/// The way to a data directory: through the local socket of the gateway that has it open, or, while none has, on the
/// directory itself under its lock. Commands and answers are the same.
/// </summary>
abstract class GatewayLink : IAsyncDisposable
{
    /// <exception cref="GatewayException">There is nothing to work on, or it is in use by something that does not answer.</exception>
    public static async Task<GatewayLink> OpenAsync(CommandLine line, bool mayCreate = false)
    {
        if (await ToRunningAsync(line.Data) is { } remote) return remote;
        if (!mayCreate && !File.Exists(Path.Combine(line.Data, "ledger", "state")) && !Storage.Ledger.LedgerHandover.IsDue(line.Data))
        {
            throw Failure.Of("no-ledger", Path.GetFullPath(line.Data));
        }

        var settings = GatewaySettings.Read(line.Configuration);
        var clock = await GatewayClock.OpenAsync(settings.Clock, TimeProvider.System, CancellationToken.None);
        var data = await GatewayData.OpenAsync(
            line.Data, settings, clock, TimeProvider.System,
            Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance);
        FirstStart.Announce(data, Console.Error, isTerminal: !Console.IsErrorRedirected);
        foreach (var difference in line.Differences) await Console.Error.WriteLineAsync($"edgegw: {difference}");
        if (line.Started?.Difference(data.Profiles) is { } profiles) await Console.Error.WriteLineAsync($"edgegw: {profiles}");
        try
        {
            // A command on the directory itself may sign on closing, as a gateway does.
            using var client = WitnessClient.To(data.Witnesses, data.Settings.Witness, TimeProvider.System);
            if (client is not null)
            {
                await new RollbackCheck(data.Ledger, client, Microsoft.Extensions.Logging.Abstractions.NullLogger<RollbackCheck>.Instance)
                    .RunAsync(data.Witnesses, CancellationToken.None);
            }

            return new LocalLink(data);
        }
        catch
        {
            await data.DisposeAsync();
            throw;
        }
    }

    /// <summary>Through the socket alone; null where no gateway has the directory open.</summary>
    /// <exception cref="GatewayException">The socket may not be used.</exception>
    public static async Task<GatewayLink?> ToRunningAsync(string data) =>
        File.Exists(LocalSocket.PathIn(data)) ? await RemoteLink.TryConnectAsync(LocalSocket.PathIn(data)) : null;

    /// <exception cref="GatewayException">The command could not be done; says why and what to do.</exception>
    public abstract Task<JsonNode> CallAsync(string command, JsonObject arguments, CancellationToken cancellationToken);

    public abstract ValueTask DisposeAsync();

    sealed class LocalLink(GatewayData data) : GatewayLink
    {
        readonly CommandTable _commands = new(data, new DeviceRegistrar(data), TimeProvider.System);

        public override async Task<JsonNode> CallAsync(string command, JsonObject arguments, CancellationToken cancellationToken) =>
            AsText(await _commands.Find(command)!(AsText(arguments).AsObject(), Actor.LocalAdministrator, cancellationToken));

        /// <summary>As it would come through the socket: a number made here as an int is no long until it has been text.</summary>
        static JsonNode AsText(JsonNode node) => JsonNode.Parse(node.ToJsonString())!;

        public override ValueTask DisposeAsync() => data.DisposeAsync();
    }

    sealed class RemoteLink(HttpClient client) : GatewayLink
    {
        public static async Task<RemoteLink?> TryConnectAsync(string path)
        {
            var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                await probe.ConnectAsync(new UnixDomainSocketEndPoint(path));
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.AccessDenied)
            {
                throw Failure.Of("link.forbidden", path);
            }
            catch (SocketException)
            {
                // Left behind by a gateway that was killed: nobody listens, so the directory is free.
                return null;
            }
            finally
            {
                probe.Dispose();
            }

            var handler = new SocketsHttpHandler
            {
                ConnectCallback = async (_, cancellationToken) =>
                {
                    var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                    await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
                    return new NetworkStream(socket, ownsSocket: true);
                },
            };
            return new RemoteLink(new HttpClient(handler) { BaseAddress = new Uri("http://gateway/"), Timeout = Timeout.InfiniteTimeSpan });
        }

        public override async Task<JsonNode> CallAsync(string command, JsonObject arguments, CancellationToken cancellationToken)
        {
            try
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, $"command/{command}") { Content = JsonContent.Create(arguments) };
                request.Headers.AcceptLanguage.Add(new StringWithQualityHeaderValue(Language.Current.Tag));
                using var response = await client.SendAsync(request, cancellationToken);
                var answer = response.Content.Headers.ContentType?.MediaType == "application/json"
                    ? await response.Content.ReadFromJsonAsync<JsonNode>(cancellationToken)
                    : null;
                if (response.StatusCode == HttpStatusCode.OK) return answer!;
                throw new GatewayException(answer?["error"]?.GetValue<string>() ?? Said.Of("link.status", (int)response.StatusCode, command), answer?["exitCode"]?.GetValue<int>() ?? 1);
            }
            catch (HttpRequestException e)
            {
                throw Failure.Of("link.lost", command, e.Message);
            }
        }

        public override ValueTask DisposeAsync()
        {
            client.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
