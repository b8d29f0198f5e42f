using System.Threading.Channels;
using EdgeGateway.Evidence;
using EdgeGateway.Uploads;
using MQTTnet;

namespace EdgeGateway.Devices.Mqtt.Brokers;

/// <summary>
/// One connection to a broker. What comes is handed on in order, and acknowledged in order (MQTT 5.0 section 4.6), each only once its
/// outcome is durable; where one is not, none is acknowledged any more and the connection ends: the broker keeps them and sends them again.
/// </summary>
sealed class BrokerConnection : IAsyncDisposable
{
    const int MaximumReceipts = 1000;
    const long MaximumBytesInFlight = 64 * 1024 * 1024;

    readonly IMqttClient _client;
    readonly BrokerLink _link;
    readonly InFlight _inFlight;
    readonly BrokerIntake _intake;
    readonly BrokerEvents _events;
    readonly TimeSpan _sealWait;
    readonly TimeProvider _time;
    readonly CancellationTokenSource _ended = new();
    readonly TaskCompletionSource<BrokerEnd> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly Channel<Received> _received = Channel.CreateUnbounded<Received>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
    // What devices are told of their media; one that is not taken here is given again when the manifest comes again.
    readonly Channel<(Device Device, string Upload, UploadAnswer Answer)> _receipts =
        Channel.CreateBounded<(Device, string, UploadAnswer)>(new BoundedChannelOptions(MaximumReceipts) { SingleReader = true, FullMode = BoundedChannelFullMode.DropWrite });

    Task _acknowledging = Task.CompletedTask;
    Task _telling = Task.CompletedTask;
    volatile bool _closing;

    BrokerConnection(IMqttClient client, BrokerLink link, InFlight inFlight, BrokerIntake intake, BrokerEvents events, TimeSpan sealWait, TimeProvider time)
    {
        _client = client;
        _link = link;
        _inFlight = inFlight;
        _intake = intake;
        _events = events;
        _sealWait = sealWait;
        _time = time;
    }

    /// <summary>Why the connection is over.</summary>
    public Task<BrokerEnd> Ended => _end.Task;

    /// <summary>As <see cref="Authentication.Tls"/> has it.</summary>
    public string Tls => _link.Tls;

    /// <summary>Whether the broker still had the session of before.</summary>
    public bool IsSessionPresent { get; private set; }

    /// <summary>As it was told to the broker.</summary>
    public required int MaximumPacketBytes { get; init; }

    /// <summary>Whether any message was acknowledged.</summary>
    public bool HasServed { get; private set; }

    /// <exception cref="IOException">The broker can't be reached or does not let the gateway in; says why.</exception>
    public static async Task<BrokerConnection> OpenAsync(
        BrokerOptions options, int maximumPacketBytes, IBrokerRoute route, BrokerIntake intake, BrokerEvents events, TimeSpan sealWait, TimeProvider time,
        CancellationToken cancellationToken)
    {
        var inFlight = new InFlight(2 * options.ReceiveMaximum, MaximumBytesInFlight);
        var link = new BrokerLink(options, route, maximumPacketBytes, inFlight);
        var connection = new BrokerConnection(new MqttClientFactory().CreateMqttClient(), link, inFlight, intake, events, sealWait, time) { MaximumPacketBytes = maximumPacketBytes };
        try
        {
            await connection.ConnectAsync(options, cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <returns>The filters that the broker refused, each with its reason.</returns>
    /// <exception cref="IOException">The connection broke.</exception>
    public Task<IReadOnlyList<string>> SubscribeAsync(IEnumerable<string> filters) => BrokerCalls.SubscribeAsync(_client, filters);

    /// <exception cref="IOException">The connection broke.</exception>
    public Task UnsubscribeAsync(IEnumerable<string> filters) => BrokerCalls.UnsubscribeAsync(_client, filters);

    /// <summary>Takes nothing more, lets acknowledgements leave for a while, and says good-bye; the broker keeps the session.</summary>
    public async Task CloseAsync(TimeSpan wait)
    {
        _closing = true;
        _received.Writer.TryComplete();
        try
        {
            await _acknowledging.WaitAsync(wait, _time);
        }
        catch (TimeoutException)
        {
            // What was not acknowledged comes again.
        }

        await BrokerCalls.DisconnectAsync(_client, wait);
    }

    public async ValueTask DisposeAsync()
    {
        _closing = true;
        await _ended.CancelAsync();
        _client.Dispose();
        await _acknowledging.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _telling.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _ended.Dispose();
    }

    async Task ConnectAsync(BrokerOptions options, CancellationToken cancellationToken)
    {
        _client.ApplicationMessageReceivedAsync += TakeAsync;
        _client.DisconnectedAsync += disconnected =>
        {
            End(new BrokerEnd("disconnected", BrokerCalls.Reason(disconnected)));
            return Task.CompletedTask;
        };
        _acknowledging = AcknowledgeAllAsync();
        _telling = TellAllAsync();
        IsSessionPresent = await BrokerCalls.ConnectAsync(_client, BrokerCalls.Session(options, MaximumPacketBytes, _link), cancellationToken);
    }

    /// <summary>MQTTnet calls this for one message after another.</summary>
    async Task TakeAsync(MqttApplicationMessageReceivedEventArgs message)
    {
        message.AutoAcknowledge = false;
        if (_closing) return;
        try
        {
            // What was published before anyone listened is not news; a retained message would come again with every session.
            if (message.ApplicationMessage.Retain)
            {
                _events.Retained();
                _received.Writer.TryWrite(new Received(message, PendingAcknowledgement.Nothing, null));
                return;
            }

            var outcome = await _intake.AcceptAsync(message.ApplicationMessage, _link.Tls, (device, upload, answer) => _receipts.Writer.TryWrite((device, upload, answer)), out var refusal, _ended.Token);
            _received.Writer.TryWrite(new Received(message, outcome, refusal));

            // What follows comes again behind it: a chunk whose manifest had no room would be one of an unknown upload.
            if (outcome.IsCompletedSuccessfully && !outcome.Result.IsDurable) _closing = true;
        }
        catch (OperationCanceledException) when (_ended.IsCancellationRequested)
        {
            // The connection is over: the message comes again.
        }
        catch (Exception e)
        {
            // MQTTnet would swallow it, but a gateway that can't seal must stop.
            End(new BrokerEnd("sealing", e.Message) { Fault = e });
        }
    }

    async Task AcknowledgeAllAsync()
    {
        try
        {
            await foreach (var next in _received.Reader.ReadAllAsync(_ended.Token))
            {
                var outcome = await next.Outcome.WaitAsync(_sealWait, _time, _ended.Token);
                if (!outcome.IsDurable)
                {
                    End(new BrokerEnd("unavailable", "A message could not be sealed."));
                    return;
                }

                next.Message.ReasonCode = BrokerCalls.Code(next.Refusal);
                await next.Message.AcknowledgeAsync(_ended.Token);
                _inFlight.Leave();
                HasServed = true;
            }
        }
        catch (TimeoutException)
        {
            End(new BrokerEnd("timeout", $"A message was not sealed within {_sealWait.TotalSeconds} s."));
        }
        catch (Exception e) when (BrokerCalls.IsBroken(e) || e is OperationCanceledException)
        {
            End(new BrokerEnd("disconnected", e.Message));
        }
    }

    async Task TellAllAsync()
    {
        try
        {
            await foreach (var (device, upload, answer) in _receipts.Reader.ReadAllAsync(_ended.Token))
            {
                if (await BrokerCalls.PublishAsync(_client, Receipts.Topic(device, upload), ReceiptJson.Of(answer), _ended.Token) is { } refused) _events.ReceiptRefused(refused);
            }
        }
        catch (IOException e)
        {
            End(new BrokerEnd("disconnected", e.Message));
        }
        catch (OperationCanceledException) when (_ended.IsCancellationRequested)
        {
            // The connection is over.
        }
    }

    void End(BrokerEnd end) => _end.TrySetResult(end);

    sealed record Received(MqttApplicationMessageReceivedEventArgs Message, Task<SealOutcome> Outcome, RefusalReason? Refusal);
}

/// <summary>Why a connection to a broker is over.</summary>
/// <param name="Kind">For metrics: <c>disconnected</c>, <c>unavailable</c>, <c>timeout</c> or <c>sealing</c>.</param>
sealed record BrokerEnd(string Kind, string Text)
{
    /// <summary>Of the sealer: the gateway must stop.</summary>
    public Exception? Fault { get; init; }
}
