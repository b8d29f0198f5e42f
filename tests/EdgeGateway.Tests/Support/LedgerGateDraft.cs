using EdgeGateway.Evidence;
using EdgeGateway.Ledger;

namespace EdgeGateway.Tests.Support;

/// <summary>An entry that holds the ledger's writer up until it is let go: what is submitted behind it waits.</summary>
sealed class LedgerGateDraft() : EntryDraft(
    EntryKind.Evidence, "device/gate", "device/gate", Authentication.None, SealedPart.Seal("{}"u8, new byte[32])), IDisposable
{
    readonly ManualResetEventSlim _open = new();
    readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when the writer stands before it.</summary>
    public Task Reached => _reached.Task.WaitAsync(TimeSpan.FromSeconds(30));

    public void Open() => _open.Set();

    public override void WriteBody(CanonicalJsonWriter json, in RepeatFacts repeat)
    {
        _reached.TrySetResult();
        if (!_open.Wait(TimeSpan.FromSeconds(30))) throw new TimeoutException("Nobody opened the gate.");
        json.BeginObject();
        json.Name("n"u8);
        json.Number(-1);
        json.EndObject();
    }

    public void Dispose()
    {
        _open.Set();
        _open.Dispose();
    }
}
