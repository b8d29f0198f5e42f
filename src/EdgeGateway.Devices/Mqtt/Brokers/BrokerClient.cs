namespace EdgeGateway.Devices.Mqtt.Brokers;

/// <summary>Keeps the gateway at one broker: connects again after a pause that grows, and keeps the subscriptions as the registry has them.</summary>
sealed class BrokerClient(
    string name, BrokerOptions options, MqttOptions mqtt, IDeviceDirectory directory, BrokerIntake intake, IBrokerRoute route, IBrokerSubscriptions subscriptions,
    TimeProvider time, BrokerEvents events)
{
    const int LeastPacketBytes = 1024 * 1024;
    static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);

    /// <summary>Ends when it is cancelled; faults when the sealer does.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var pause = FirstPause;
        while (true)
        {
            try
            {
                var served = await ConnectAndServeAsync(cancellationToken);
                if (cancellationToken.IsCancellationRequested) return;
                if (served) pause = FirstPause;
            }
            catch (Exception e) when (e is IOException or OperationCanceledException)
            {
                if (cancellationToken.IsCancellationRequested) return;
                events.NotConnected(e.Message, pause);
            }

            try
            {
                await Task.Delay(pause, time, cancellationToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            pause = Min(2 * pause, TimeSpan.FromSeconds(options.RetrySeconds));
        }
    }

    /// <returns>Whether it was of use.</returns>
    async Task<bool> ConnectAndServeAsync(CancellationToken cancellationToken)
    {
        var maximum = Math.Max(2 * Largest(), LeastPacketBytes);
        await using var connection = await BrokerConnection.OpenAsync(
            options, maximum, route, intake, events, TimeSpan.FromSeconds(mqtt.SealWaitSeconds), time, cancellationToken);
        events.Connected(options.Host, options.Port, connection.Tls, connection.IsSessionPresent);
        var end = await ServeAsync(connection, cancellationToken);
        if (end is null)
        {
            await connection.CloseAsync(TimeSpan.FromSeconds(mqtt.StopWaitSeconds));
            events.Closed();
            return true;
        }

        events.Disconnected(end);
        return end.Fault is { } fault ? throw new InvalidOperationException($"What broker {name} sent could not be sealed: {fault.Message}", fault) : connection.HasServed;
    }

    /// <returns>Why the connection is over; null when the gateway leaves.</returns>
    async Task<BrokerEnd?> ServeAsync(BrokerConnection connection, CancellationToken cancellationToken)
    {
        using var changed = new SemaphoreSlim(1, int.MaxValue);
        void Signal() => changed.Release();
        directory.Changed += Signal;
        try
        {
            var known = connection.IsSessionPresent ? subscriptions.Read(name) : new HashSet<string>(StringComparer.Ordinal);
            var first = true;
            while (true)
            {
                var look = changed.WaitAsync(cancellationToken);
                if (await Task.WhenAny(look, connection.Ended) == connection.Ended) return await connection.Ended;
                if (cancellationToken.IsCancellationRequested) return null;
                if (Largest() > connection.MaximumPacketBytes) return new BrokerEnd("limits", "A profile takes larger messages now.");
                known = await ReconcileAsync(connection, known, all: first);
                first = false;
            }
        }
        catch (IOException e)
        {
            return new BrokerEnd("disconnected", e.Message);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return null;
        }
        finally
        {
            directory.Changed -= Signal;
        }
    }

    /// <summary>
    /// By difference, so that nothing that stays is interrupted. All are noted before the first is asked for, and those that are gone only
    /// once the broker knows: whatever happens in between, a later run takes out what nobody wants. A stop does not cut it off, since that
    /// would cut the connection, and with it what is still to be acknowledged.
    /// </summary>
    async Task<IReadOnlySet<string>> ReconcileAsync(BrokerConnection connection, IReadOnlySet<string> known, bool all)
    {
        var wanted = TopicFilters.Of(directory.Current.AtBroker(name));
        if (!all && wanted.SetEquals(known)) return known;
        subscriptions.Write(name, [.. wanted.Union(known, StringComparer.Ordinal)]);
        await connection.UnsubscribeAsync(known.Except(wanted, StringComparer.Ordinal));
        events.Refused(await connection.SubscribeAsync(all ? wanted : wanted.Except(known, StringComparer.Ordinal)));
        subscriptions.Write(name, wanted);
        return wanted;
    }

    int Largest() => directory.Current.AtBroker(name).Select(device => MqttPacketLimit.Of(device.Profile)).DefaultIfEmpty(0).Max();

    static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
