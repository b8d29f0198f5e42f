using System.Collections.Concurrent;
using EdgeGateway.Tests.Support;
using EdgeGateway.Timestamps;
using Microsoft.Extensions.Logging;

namespace EdgeGateway.Tests.Timestamps;

/// <summary>Who is told, and when, that nothing was stamped.</summary>
public sealed class TimestampServiceTests
{
    const int Waiting = 1043;
    const int NotSet = 1044;
    const int Failed = 1045;

    [Fact]
    public async Task What_waits_too_long_for_an_authority_that_is_away_raises_an_alarm_each_time_so_long()
    {
        using var openssl = await OpensslAuthority.CreateAsync();
        await using var server = await TsaServer.StartAsync(openssl);
        await server.StopAsync();

        Assert.Equal([Waiting, Waiting], await AlarmsAsync(new TimestampOptions { Authorities = [StampedGateway.Authority(server, openssl)] }, hours: 2.5));
    }

    [Fact]
    public async Task No_authority_at_all_raises_one_too() => Assert.Equal([NotSet, NotSet], await AlarmsAsync(new TimestampOptions(), hours: 2.5));

    [Fact]
    public async Task None_at_this_site_asks_nobody_and_tells_nobody()
    {
        await using var gateway = await StampedGateway.OpenAsync(new TimestampOptions { None = true });
        await gateway.SealAsync();
        var log = new AlarmLog();
        using var service = new TimestampService(gateway.Timestamper, gateway.Data, gateway.Time, log);

        await service.StartAsync(CancellationToken.None);
        await service.ExecuteTask!.WaitAsync(StampedGateway.Patience);
        Assert.Null(gateway.Timestamper.WaitingSince);
        Assert.Empty(log.Events);
    }

    [Fact]
    public async Task A_round_that_a_failed_start_takes_everything_from_is_a_stop_and_no_error()
    {
        await using var gateway = await StampedGateway.OpenAsync(new TimestampOptions());
        await gateway.SealAsync();
        var log = new AlarmLog();
        using var service = new TimestampService(gateway.Timestamper, gateway.Data, gateway.Time, log);
        using var stopping = new CancellationTokenSource();
        await stopping.CancelAsync();
        gateway.Timestamper.Dispose();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => service.RoundAsync(stopping.Token));
        Assert.Empty(log.Events);
    }

    [Fact]
    public async Task The_same_while_nothing_stops_is_an_error()
    {
        await using var gateway = await StampedGateway.OpenAsync(new TimestampOptions());
        var log = new AlarmLog();
        using var service = new TimestampService(gateway.Timestamper, gateway.Data, gateway.Time, log);
        gateway.Timestamper.Dispose();

        await service.RoundAsync(CancellationToken.None);
        Assert.Equal([Failed], log.Events);
    }

    static async Task<List<int>> AlarmsAsync(TimestampOptions options, double hours)
    {
        await using var gateway = await StampedGateway.OpenAsync(options);
        await gateway.SealAsync();
        var log = new AlarmLog();
        using var service = new TimestampService(gateway.Timestamper, gateway.Data, gateway.Time, log);
        for (var minute = 0; minute < hours * 60; minute += 10)
        {
            gateway.Time.Advance(TimeSpan.FromMinutes(10));
            await service.RoundAsync(CancellationToken.None).WaitAsync(StampedGateway.Patience);
        }

        return [.. log.Events];
    }

    sealed class AlarmLog : ILogger<TimestampService>
    {
        public ConcurrentQueue<int> Events { get; } = new();

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel == LogLevel.Error) Events.Enqueue(eventId.Id);
        }
    }
}
