using System.Globalization;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Faults;

/// <summary>
/// Erasing on a running gateway: the tombstone, the object's deletion, the bundle written anew, the segments of the log, and
/// <c>ledger/erasures</c> once they are gone.
/// </summary>
static class ErasingScenario
{
    const int Large = 4;

    /// <summary>Large items first, then enough for their bundle to be full.</summary>
    public static async Task PrepareAsync(FaultedGateway gateway)
    {
        await FaultScenarios.PublishAsync(gateway, Large, padding: 20_000);
        foreach (var item in await gateway.Station.EvidenceAsync()) gateway.Erasable.Enqueue(item.GetProperty("index").GetInt64());
        Assert.Equal(Large, gateway.Erasable.Count);

        // Whether these are in the list tells what was erased, and not what was acknowledged.
        gateway.Acknowledged.Clear();
        await FaultScenarios.PublishAsync(gateway, 300, padding: 0);
    }

    /// <summary>Twice, so that the second finishes what the log still held of the first.</summary>
    public static async Task ActAsync(FaultedGateway gateway)
    {
        for (var time = 0; time < 2; time++)
        {
            var item = gateway.Erasable.Dequeue();
            if ((await EraseAsync(gateway, item)).ExitCode == 0) gateway.Erased.Add(item);
            await FaultScenarios.PublishAsync(gateway, 260, padding: 0);
        }
    }

    /// <summary>Whatever has a tombstone goes, without anybody's help; whatever a command said is erased has one.</summary>
    public static async Task CheckAsync(FaultedGateway gateway)
    {
        var items = await gateway.Station.EvidenceAsync();
        var erased = items.Where(item => item.TryGetProperty("erased", out var value) && value.GetBoolean()).Select(item => item.GetProperty("index").GetInt64()).ToList();
        Assert.Empty(gateway.Erased.Except(erased));
        var timeout = DateTime.UtcNow + E2eCommand.Deadline;
        while (Directory.GetFiles(gateway.Station.File("objects", "sha256"), "*", SearchOption.AllDirectories).Length > Large - erased.Count)
        {
            Assert.True(DateTime.UtcNow < timeout, $"Objects are left of {erased.Count} erased items: {gateway.Station.Gateway.Log}");
            await Task.Yield();
        }
    }

    static Task<E2eResult> EraseAsync(FaultedGateway gateway, long item)
    {
        // A date would be up to 32 hours ahead between 16:00 and 24:00 UTC, and a day is the most that may be.
        return gateway.Station.RunAsync([
            "evidence", "erase", item.ToString(CultureInfo.InvariantCulture), "--reason", "case closed",
            "--as-of", DateTimeOffset.UtcNow.AddHours(23).ToString("O", CultureInfo.InvariantCulture), .. gateway.Settings,
        ]);
    }
}
