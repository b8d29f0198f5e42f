using EdgeGateway.Evidence;
using EdgeGateway.Profiles;
using Microsoft.Extensions.Logging;

namespace EdgeGateway.Devices.Serial;

/// <summary>Keeps one line open: opens it, reads it, and opens it again when it fails, with a growing wait between.</summary>
sealed partial class SerialLine(
    SerialTraffic traffic, ISerialPorts ports, SerialWireOptions options, TimeProvider time, ILogger logger)
{
    /// <summary>Bytes without one whole frame for this long: the rate is another. A receiver sends each second.</summary>
    static readonly TimeSpan RateWait = TimeSpan.FromSeconds(5);

    readonly string _name = DisplayText.Of(traffic.Line);

    /// <summary>Returns when the token is set and the port is closed. Never gives up on a line.</summary>
    public async Task RunAsync(SerialLineSettings settings, CancellationToken stopping)
    {
        var wait = options.FirstRetry;
        string? lastFailure = null;
        var wasOpen = false;
        var silent = false;
        var (rates, rate) = (settings.Rates, 0);
        while (!stopping.IsCancellationRequested)
        {
            var (port, failure) = await OpenAsync(settings with { BaudRate = rates[rate] });
            if (port is not null)
            {
                // While a line stays silent it is told once, and not at each of its openings.
                if (rates.Count == 1 && !silent) LogOpened(_name);
                else if (!silent) LogTried(_name, rates[rate]);
                if (wasOpen) traffic.Metrics.Reconnected();
                wasOpen = true;
                var session = traffic.Open(port, rates.Count > 1 ? RateWait : null);
                try
                {
                    await session.RunAsync(stopping);
                }
                finally
                {
                    await CloseAsync(port, session.Silence is not null);
                }

                if (session.Heard) (wait, silent) = (options.FirstRetry, false);
                if (session.IsAtWrongRate) rate = (rate + 1) % rates.Count;
                if (session.Silence is { } silence)
                {
                    if (!silent) LogSilent(_name, silence);
                    silent = true;
                    lastFailure = null;

                    // At once: a line that is only quiet must not be deaf for the length of a wait.
                    continue;
                }
            }
            else if (failure != lastFailure)
            {
                // Said once, not at every attempt.
                LogNotOpened(_name, DisplayText.Of(failure));
            }

            lastFailure = failure;
            try
            {
                await Task.Delay(wait, time, stopping);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }

            wait = wait * 2 < options.LongestRetry ? wait * 2 : options.LongestRetry;
        }
    }

    Task<(ISerialPort? Port, string? Failure)> OpenAsync(SerialLineSettings settings) => Task.Run<(ISerialPort?, string?)>(() =>
    {
        try
        {
            return (ports.Open(traffic.Line, settings), null);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // Whatever a path or a driver comes up with concerns this line alone.
            return (null, exception.Message);
        }
    });

    // A driver may never let go of a port that died while it was written to; the line goes on without it.
    async Task CloseAsync(ISerialPort port, bool isSilent)
    {
        try
        {
            await Task.Run(port.Dispose, CancellationToken.None).WaitAsync(options.WriteWait, time, CancellationToken.None);
            if (!isSilent) LogClosed(_name);
        }
        catch (TimeoutException)
        {
            LogNotClosed(_name, options.WriteWait);
        }
    }

    [LoggerMessage(1203, LogLevel.Information, "Line {Line} is open")]
    partial void LogOpened(string line);

    [LoggerMessage(1207, LogLevel.Information, "Line {Line} is open at {Rate} baud; another rate is tried if no sentence comes")]
    partial void LogTried(string line, int rate);

    [LoggerMessage(1212, LogLevel.Warning,
        "Nothing came over line {Line} for longer than {Silence}: it is opened again each time this long; check the device, its power and its cable")]
    partial void LogSilent(string line, TimeSpan silence);

    [LoggerMessage(1204, LogLevel.Information, "Line {Line} is closed")]
    partial void LogClosed(string line);

    [LoggerMessage(1205, LogLevel.Warning, "Line {Line} can't be opened: {Reason}; it is tried again until the device is there")]
    partial void LogNotOpened(string line, string reason);

    [LoggerMessage(1206, LogLevel.Error, "The driver of line {Line} did not close it within {Wait}; its handle is left behind")]
    partial void LogNotClosed(string line, TimeSpan wait);
}
