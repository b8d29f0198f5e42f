using EdgeGateway.Evidence;
using EdgeGateway.Ingest;
using EdgeGateway.Ledger;
using EdgeGateway.Registry;
using EdgeGateway.Storage.Ledger;

namespace EdgeGateway.Clocks;

/// <summary>The entries of kind <c>clock</c> (docs/ledger-format.md section 3).</summary>
static class ClockEntries
{
    const long MaximumInteger = (1L << 53) - 1;

    public static Task<SealOutcome> StepAsync(FileLedger ledger, long microseconds, CancellationToken cancellationToken) => new OwnEntry(EntryKind.Clock, Subjects.Gateway, body =>
    {
        body.Name("event"u8);
        body.Ascii("step"u8);
        body.Name("stepUs"u8);
        body.Number(Bounded(microseconds));
    }).TrySealAsync(ledger, cancellationToken);

    public static Task<SealOutcome> JumpAsync(FileLedger ledger, long microseconds, CancellationToken cancellationToken) => new OwnEntry(EntryKind.Clock, Subjects.Gateway, body =>
    {
        body.Name("event"u8);
        body.Ascii("jump"u8);
        body.Name("jumpUs"u8);
        body.Number(Bounded(microseconds));
    }).TrySealAsync(ledger, cancellationToken);

    public static Task<SealOutcome> SourceAsync(FileLedger ledger, ClockSourceState from, ClockSourceState to, CancellationToken cancellationToken) =>
        new OwnEntry(EntryKind.Clock, Subjects.Gateway, body =>
        {
            body.Name("event"u8);
            body.Ascii("source"u8);
            body.Name("from"u8);
            from.WriteTo(body);
            body.Name("to"u8);
            to.WriteTo(body);
        }).TrySealAsync(ledger, cancellationToken);

    /// <exception cref="Gateway.GatewayException">It was not sealed.</exception>
    public static Task<SealOutcome> ConfirmAsync(FileLedger ledger, string reason, Actor actor, CancellationToken cancellationToken) =>
        new OwnEntry(EntryKind.Clock, Subjects.Gateway, body =>
        {
            body.Name("event"u8);
            body.Ascii("confirmed"u8);
        })
        {
            Private = json =>
            {
                json.Name("reason"u8);
                json.String(reason);
            },
        }.MadeBy(actor).SealAsync(ledger, cancellationToken);

    /// <summary>A clock may be wrong by more than an integer of the ledger can say, which is 285 years.</summary>
    static long Bounded(long microseconds) => Math.Clamp(microseconds, -MaximumInteger, MaximumInteger);
}

/// <summary>What a <c>source</c> event tells the change of.</summary>
readonly record struct ClockSourceState(string Source, ClockState State)
{
    public static ClockSourceState Of(ClockReading reading) => new(reading.Source, reading.State);

    public void WriteTo(CanonicalJsonWriter json)
    {
        json.BeginObject();
        json.Name("source"u8);
        json.String(Source);
        json.Name("state"u8);
        json.Ascii(ClockStates.Name(State));
        json.EndObject();
    }
}
