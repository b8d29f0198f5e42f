using EdgeGateway.Ledger;
using EdgeGateway.Storage.Ledger;

namespace EdgeGateway.Clocks;

/// <summary>
/// Compares the clock with the newest entry when a data directory is opened: what happened to it while nobody looked
/// becomes entries, before any other.
/// </summary>
static class ClockContinuity
{
    /// <returns>Index of the jump sealed, or a number beyond all where the disk took none; null where the clock did not jump.</returns>
    public static async Task<long?> SealAsync(FileLedger ledger, IGatewayClock clock, ClockOptions options, CancellationToken cancellationToken)
    {
        await ledger.CatchUpAsync(cancellationToken);
        var now = clock.Read();
        var floor = ledger.NewestAt;
        if (StepSinceNewest(ledger, now) is { } step && Math.Abs(step) > ClockSteps.Microseconds(options.StepLimit))
        {
            await ClockEntries.StepAsync(ledger, step, cancellationToken);
        }

        return now.Utc - floor > options.JumpLimit ? await JumpAsync(ledger, now.Utc - floor, cancellationToken) : null;
    }

    /// <returns>Index of the entry; beyond all where the disk is full.</returns>
    public static async Task<long> JumpAsync(FileLedger ledger, TimeSpan by, CancellationToken cancellationToken)
    {
        var outcome = await ClockEntries.JumpAsync(ledger, ClockSteps.Microseconds(by), cancellationToken);
        return outcome.IsDurable ? outcome.Index : long.MaxValue;
    }

    static long? StepSinceNewest(FileLedger ledger, ClockReading now)
    {
        using var newest = EntryView.Parse(ledger.Read(ledger.Size - 1, 1)[0]);
        return newest.Header.Object("clock"u8) is { } clock && clock.Text("bootId"u8) is { } bootId && clock.Integer("monoUs"u8) is { } monotonic
            ? ClockSteps.Between(bootId, newest.At, monotonic, now)
            : null;
    }
}
