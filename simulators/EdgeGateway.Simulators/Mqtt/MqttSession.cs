using EdgeGateway.Simulators.Devices;
using EdgeGateway.Simulators.Transcripts;

namespace EdgeGateway.Simulators.Mqtt;

/// <summary>
/// A device's persistent session: keeps up to a window of messages until they are acknowledged, over as many connections
/// as that takes, and writes down what was sent and what was acknowledged.
/// </summary>
sealed class MqttSession(MqttSessionOptions options, ITranscript transcript, TimeProvider time) : IDisposable
{
    readonly InFlightWindow _inFlight = new(options.Window);
    TimeSpan _pause;
    volatile bool _isDecommissioned;

    /// <summary>Successful sign-ins so far.</summary>
    public int Connects { get; private set; }

    public UploadReceipts UploadReceipts { get; } = new();

    /// <summary>Why there is no connection; null while there is one.</summary>
    public string? Problem { get; private set; } = "not connected yet";

    /// <summary>Things the server did that MQTT does not allow.</summary>
    public int Violations { get; private set; }

    /// <summary>The first of them; null while there is none.</summary>
    public string? FirstViolation { get; private set; }

    /// <summary>Sign-ins that were refused as they should be.</summary>
    public int ExpectedRefusals { get; private set; }

    /// <summary>Published and not yet acknowledged.</summary>
    public int InFlight => _inFlight.Count;

    /// <summary>
    /// Waits for a place in the window, not for the acknowledgement. A QoS 0 message is dropped, and that written down,
    /// while there is no connection.
    /// </summary>
    /// <param name="isCopy">The same message was published before: a duplicate storm.</param>
    /// <param name="fault">What happens to the connection once it is written.</param>
    public async ValueTask PublishAsync(PlannedMessage message, bool isCopy, Fault? fault, CancellationToken cancellationToken)
    {
        if (message.Qos > 0)
        {
            await _inFlight.AddAsync(message, isCopy, fault, cancellationToken);
        }
        else if (!_inFlight.TryHandOver(new Outgoing(new InFlightMessage(message, 0, 0, isCopy, fault), null)))
        {
            transcript.Record(message.Entry(TranscriptEvent.Dropped, time.GetUtcNow()));
        }
    }

    /// <summary>Whether nothing of this message is in flight any more.</summary>
    public bool IsAnswered(PlannedMessage message) => !_inFlight.Holds(message);

    /// <summary>
    /// Signs off. From now on it signs in with a secret that is withdrawn, which a device does that was taken out of service and knows
    /// nothing of it; one that has no secret comes back as it was.
    /// </summary>
    public void Decommission()
    {
        _isDecommissioned = true;
        _inFlight.TryHandOver(new Outgoing(null, new DisconnectPacket(0)));
    }

    /// <summary>Returns once everything published is acknowledged, or after the time given.</summary>
    public async Task DrainAsync(TimeSpan limit)
    {
        try
        {
            await _inFlight.Emptied.WaitAsync(limit, time);
        }
        catch (TimeoutException)
        {
            // What is left is in InFlight, and the summary says so.
        }
    }

    /// <summary>Connects and serves until cancelled, then says DISCONNECT. Lost connections are made again for ever.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        var backOff = options.ReconnectFirst;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var isInService = !_isDecommissioned;
                using var connection = await OpenAsync(stop);
                Connects++;
                Problem = null;
                backOff = options.ReconnectFirst;
                await ServeAsync(connection, isInService, stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception) when (exception is IOException or ObjectDisposedException or TimeoutException)
            {
                Problem = exception.Message;
            }
            catch (SignInRefusedException exception)
            {
                if (_isDecommissioned || options.ExpectsRefusal) ExpectedRefusals++;
                else Violate(exception);
                Problem = exception.Message;
            }
            catch (MqttProtocolException exception)
            {
                Violate(exception);
                Problem = exception.Message;
            }

            try
            {
                await Task.Delay(_pause > backOff ? _pause : backOff, time, stop);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            _pause = default;
            backOff = backOff * 2 > options.ReconnectMaximum ? options.ReconnectMaximum : backOff * 2;
        }
    }

    /// <summary>After <see cref="RunAsync"/> has ended.</summary>
    public void Dispose() => _inFlight.Dispose();

    void Violate(Exception exception)
    {
        Violations++;
        FirstViolation ??= exception.Message;
    }

    async Task<MqttConnection> OpenAsync(CancellationToken stop)
    {
        using var timeout = new CancellationTokenSource(options.ConnectTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, timeout.Token);
        try
        {
            return await MqttConnection.OpenAsync(_isDecommissioned ? Withdrawn() : options, either.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw new TimeoutException($"{options.Host}:{options.Port} gave no CONNACK within {options.ConnectTimeout.TotalSeconds} s.");
        }
    }

    MqttSessionOptions Withdrawn() => options with { Secret = options.Secret is { } secret ? new string([.. secret.Reverse()]) : null };

    /// <param name="endsWithService">Whether it was made before the device was taken out of service.</param>
    async Task ServeAsync(MqttConnection connection, bool endsWithService, CancellationToken stop)
    {
        var receiveMaximum = (int)(connection.Greeting.Properties.Number(MqttPropertyId.ReceiveMaximum) ?? ushort.MaxValue);
        if (receiveMaximum == 0) throw new MqttProtocolException("CONNACK has a Receive Maximum of 0 (section 3.2.2.3.3).");
        using var credit = new SemaphoreSlim(receiveMaximum, receiveMaximum);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var queue = _inFlight.Attach(Opening(connection));
        if (endsWithService && _isDecommissioned) _inFlight.TryHandOver(new Outgoing(null, new DisconnectPacket(0)));
        var writer = new MqttSessionWriter(connection, options, credit, transcript, time);
        var reader = new MqttSessionReader(connection, _inFlight, UploadReceipts, credit, transcript, time);
        try
        {
            Task[] tasks = [writer.RunAsync(queue, end.Token), reader.RunAsync(end.Token), PingAsync(reader, end.Token)];
            var first = await Task.WhenAny(tasks);
            await end.CancelAsync();
            // The other two end because of the first: only its reason says what happened.
            foreach (var task in tasks) await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _pause = writer.Pause;
            if (stop.IsCancellationRequested && writer.IsBetweenPackets) await SayGoodbyeAsync(connection);
            await first;
        }
        finally
        {
            _inFlight.Detach();
        }
    }

    List<MqttPacket> Opening(MqttConnection connection)
    {
        // A session that the server still has keeps its subscription [MQTT-3.1.2-5].
        if (options.Subscription is not { } filter || connection.Greeting.SessionPresent) return [];
        return [new SubscribePacket(InFlightWindow.SubscribePacketId, [(filter, 1)])];
    }

    async Task PingAsync(MqttSessionReader reader, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(options.KeepAlive / 2, time);
        while (await timer.WaitForNextTickAsync(stop))
        {
            if (reader.AwaitsPingResponse) throw new TimeoutException($"No PINGRESP within {options.KeepAlive.TotalSeconds / 2} s.");
            reader.AwaitsPingResponse = true;
            _inFlight.TryHandOver(new Outgoing(null, new PingReqPacket()));
        }
    }

    async Task SayGoodbyeAsync(MqttConnection connection)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(1), time);
        try
        {
            await connection.SendAsync(MqttEncoder.Encode(new DisconnectPacket(0), options.Version), timeout.Token);
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The connection is ending anyway.
        }
    }
}
