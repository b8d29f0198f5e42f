using System.Text.Json;
using System.Text.Json.Nodes;
using EdgeGateway.Brokers;
using EdgeGateway.Capture;
using EdgeGateway.Cli;
using EdgeGateway.Clocks;
using EdgeGateway.Devices.Contacts;
using EdgeGateway.Devices.Mqtt;
using EdgeGateway.Devices.Serial;
using EdgeGateway.Docks;
using EdgeGateway.Ingest;
using EdgeGateway.Media;
using EdgeGateway.Presence;
using EdgeGateway.Texts;
using EdgeGateway.Timestamps;
using EdgeGateway.Tls;
using EdgeGateway.Uploads;
using EdgeGateway.Video;
using EdgeGateway.Web;
using EdgeGateway.Witnessing;
using Microsoft.AspNetCore.Connections;
using Serilog;

namespace EdgeGateway.Gateway;

/// <summary>
/// Runs the gateway: opens the data directory, starts the wires in front of it, says that it is ready, and closes in the
/// reverse order, the ledger last.
/// </summary>
static class GatewayHost
{
    const int MaximumRequestBytes = 256 * 1024;

    /// <param name="captured">The folder that gets a copy of what the wires carry; null for none.</param>
    public static async Task<int> RunAsync(CommandLine line, string urls, string? captured)
    {
        ThreadPool.SetMinThreads(Math.Max(8, Environment.ProcessorCount), 4);
        var settings = GatewaySettings.Read(line.Configuration);
        var listen = ListenUrls.Parse(urls);
        Storage.Files.DurableDirectory.Create(Path.GetFullPath(line.Data));
        var time = TimeProvider.System;

        // Beside the log's files and the clock's sources: a start is judged by when it listens.
        var profiles = Task.Run(() => GatewayData.LoadProfiles(settings.Gateway.Profiles));
        var executable = Task.Run(ExecutableDigest.Compute);
        await using var logger = (Serilog.Core.Logger)Logging.Create(line.Data, line.Configuration);
        using var loggers = new Serilog.Extensions.Logging.SerilogLoggerFactory(logger);
        using var capture = captured is null ? null : new WireCapture(Path.GetFullPath(captured), loggers.CreateLogger<WireCapture>());
        capture?.Begin();
        var gnss = new GnssTimeSource(time);
        var clock = await GatewayClock.OpenAsync(settings.Clock, time, CancellationToken.None, gnss);
        var data = await GatewayData.OpenAsync(line.Data, settings, clock, time, loggers, profiles: profiles);
        var failed = false;
        try
        {
            FirstStart.Announce(data, Console.Error, isTerminal: !Console.IsErrorRedirected);
            WarnOfMissing(data, settings, logger);
            using var desk = WitnessDesk.Open(data.Path, settings.Witness);
            using var client = WitnessClient.To(data.Witnesses, settings.Witness, time);
            if (client is not null) await new RollbackCheck(data.Ledger, client, loggers.CreateLogger<RollbackCheck>()).RunAsync(data.Witnesses, CancellationToken.None);

            // Beside the building of what listens, and done before it listens: every message that is taken has its start before it.
            using var start = new StartSeal(data.Ledger, data.Profiles, ConfigurationText(line.Configuration), executable, time);
            Task sealing = Task.Run(() => start.TryAsync(CancellationToken.None).AsTask());
            try
            {
                await using var app = Build(line, listen, settings, data, clock, gnss, start, desk, client, capture, logger, time);
                await sealing;
                await data.Ledger.CheckpointAsync(CancellationToken.None);
                await ServeAsync(app, data, line.Configuration, logger);
            }
            finally
            {
                // Also where it could not begin to serve: nothing was lost then, and the next start must not say so.
                await sealing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (start.IsSealed && !data.Ledger.Completion.IsFaulted) await LedgerLifecycle.SealStopAsync(data.Ledger, CancellationToken.None);
            }
        }
        finally
        {
            failed = data.Ledger.Completion.IsFaulted;
            if (failed) await Console.Error.WriteLineAsync($"edgegw: {Said.Of("serve.sealing-failed", data.Ledger.Completion.Exception!.GetBaseException().Message)}");
            else await data.DisposeAsync();
        }

        return failed ? 1 : 0;
    }

    /// <summary>For the commands of a stopped gateway. A full disk does not keep it from starting.</summary>
    static void KeepStart(GatewayData data, IConfiguration configuration, Serilog.ILogger logger)
    {
        try
        {
            LastStart.Write(data.Path, configuration, data.Profiles);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            logger.Warning(e, "What this gateway was started with could not be kept: commands while it is stopped need their settings given");
        }
    }

    /// <summary>What opened, but will not work for some device.</summary>
    static void WarnOfMissing(GatewayData data, GatewaySettings settings, Serilog.ILogger logger)
    {
        foreach (var id in data.Directory.LeftOut) logger.Warning("Device {Device} is not served: its profile is not among those loaded", id);
        if (data.Witnesses.Policy?.Names(data.Ledger.Key) == false)
            logger.Error("{Reason} Until then nobody vouches for this log; sealing goes on", PolicyFile.Missing(settings.Witness.Policy!, data.Ledger.Key));
        if (data.Ledger.SecondPlaceError is { } secondPlace) logger.Error("{Reason}", secondPlace);
        var lost = data.Directory.Current.All.Count(device =>
            data.Devices.Find(device.Id.Value)?.CredentialId is not null && data.Accounts.CredentialOf(device.Id) is null);
        if (lost > 0) logger.Warning("{Devices} devices can't sign in: accounts.db does not hold the secrets that the ledger names. Restore it, or give each a new one with 'edgegw device credential ID'", lost);
    }

    static async Task ServeAsync(WebApplication app, GatewayData data, IConfiguration configuration, Serilog.ILogger logger)
    {
        try
        {
            await app.StartAsync();
        }
        catch (IOException e) when (e.InnerException is AddressInUseException)
        {
            throw Failure.Of("serve.port-taken", e.Message.TrimEnd('.'));
        }

        KeepStart(data, configuration, logger);
        Console.Out.WriteLine(ReadyLine(app, data));
        await Console.Out.FlushAsync();

        // Opening read whole segments of the log: a small machine wants that memory back, but not before it listens.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        await app.WaitForShutdownAsync();
        if (app.Services.GetServices<IHostedService>().OfType<BackgroundService>().FirstOrDefault(service => service.ExecuteTask?.IsFaulted == true) is { } faulted
            && !data.Ledger.Completion.IsFaulted)
        {
            throw Failure.Of("serve.part-failed", faulted.GetType().Name, faulted.ExecuteTask!.Exception!.GetBaseException().Message);
        }
    }

    static WebApplication Build(
        CommandLine line, IReadOnlyList<System.Net.IPEndPoint> listen, GatewaySettings settings, GatewayData data, GatewayClock clock, GnssTimeSource gnss,
        StartSeal start, WitnessDesk desk, WitnessClient? client, WireCapture? capture, Serilog.ILogger logger, TimeProvider time)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "edgegw" });
        builder.Configuration.AddConfiguration(line.Configuration);
        builder.Services.AddSerilog(logger);
        builder.Services.AddSystemd();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;

            // Nothing that is asked of the gateway over HTTP is long.
            kestrel.Limits.MaxRequestBodySize = MaximumRequestBytes;
            kestrel.ListenMqtt();
            kestrel.ListenLocalSocket(data.Path);
            foreach (var endpoint in listen) kestrel.Listen(endpoint);
        });

        // In the order in which evidence flows backwards: the host stops services in reverse, the wires first.
        builder.Services
            .AddSingleton(time)
            .AddLedger(data, settings)
            .AddSingleton(start)
            .AddClock(clock, gnss, data, settings)
            .AddTimestamps()
            .AddIngest()
            .AddCapture(capture)
            .AddUploads()
            .AddPresence()
            .AddTls(data)
            .AddMqttWire(_ => true)
            .AddBrokers(data)
            .AddSerialWire(capture is null ? null : ports => new CapturingSerialPorts(ports, capture))
            .AddMedia()
            .AddContactWire()
            .AddVideoWire()
            .AddDocks()
            .AddSingleton(settings.Web)
            .AddWitnessing(data, desk, client)
            .AddWeb();

        var app = builder.Build();

        // Roots and certificates that can't be read are told before anything listens.
        app.Services.GetRequiredService<Timestamper>().OpenAuthorities();
        app.OpenTls();
        app.MapWeb();
        app.MapWitness();
        return app;
    }

    /// <summary>One line of JSON for whoever started the gateway.</summary>
    static string ReadyLine(WebApplication app, GatewayData data)
    {
        var ports = app.Services.GetRequiredService<BoundPorts>();
        var urls = ports.Urls;
        return new JsonObject
        {
            ["ready"] = true,
            ["pid"] = Environment.ProcessId,
            ["version"] = LedgerLifecycle.ProductVersion,
            ["origin"] = data.Ledger.Origin,
            ["key"] = data.Ledger.Key.ToString(),
            ["size"] = data.Ledger.DurableSize,
            ["data"] = data.Path,
            ["socket"] = LocalSocket.PathIn(data.Path),
            ["http"] = urls.Count > 0 ? new Uri(urls[0]).Port : null,
            ["urls"] = new JsonArray([.. urls.Select(url => (JsonNode)url)]),
            ["mqtt"] = ports.Mqtt,
            ["mqtts"] = ports.MqttWithTls,
        }.ToJsonString(new JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }

    /// <summary>The settings in force, one a line in order: what the start entry's digest is of. There are no secrets in settings.</summary>
    static string ConfigurationText(IConfiguration configuration) => string.Join('\n', KnownSettings.InForce(configuration));
}
