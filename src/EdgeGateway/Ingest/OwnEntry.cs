using EdgeGateway.Evidence;
using EdgeGateway.Gateway;
using EdgeGateway.Ledger;
using EdgeGateway.Registry;
using EdgeGateway.Storage.Ledger;
using EdgeGateway.Texts;

namespace EdgeGateway.Ingest;

/// <summary>
/// An entry that the gateway or a person makes, as opposed to one that a device sent: written by two functions, sealed, and
/// waited for.
/// </summary>
sealed record OwnEntry(EntryKind Kind, string Subject, Action<CanonicalJsonWriter> Body)
{
    /// <summary>Writes the members of the private part; what is personal goes here and never into the body.</summary>
    public Action<CanonicalJsonWriter> Private { get; init; } = _ => { };

    public string By { get; init; } = Actors.Gateway;

    public Authentication Authentication { get; init; } = Authentication.None;

    public EntryBatch? Batch { get; init; }

    public OwnEntry MadeBy(Actor actor) => this with { By = Actors.Account(actor.Account), Authentication = actor.Authentication };

    /// <summary>Returns once it is on disk, or can't be put there because the disk is full or the gateway stops.</summary>
    public async Task<SealOutcome> TrySealAsync(FileLedger ledger, CancellationToken cancellationToken) =>
        await (await SubmitAsync(ledger, cancellationToken)).WaitAsync(cancellationToken);

    /// <summary>Returns once it is on disk.</summary>
    /// <exception cref="GatewayException">It is not, because the disk is full or the gateway stops.</exception>
    public async Task<SealOutcome> SealAsync(FileLedger ledger, CancellationToken cancellationToken) =>
        Durable(await TrySealAsync(ledger, cancellationToken));

    /// <summary>Seals several as one action (docs/ledger-format.md, "batch"); returns once all are on disk, with the outcomes in order.</summary>
    /// <exception cref="GatewayException">Not all of them are; a view then applies none of them.</exception>
    public static async Task<IReadOnlyList<SealOutcome>> SealAllAsync(IReadOnlyList<OwnEntry> entries, FileLedger ledger, CancellationToken cancellationToken)
    {
        var id = Guid.NewGuid().ToString("N");
        var waiting = new List<Task<SealOutcome>>(entries.Count);
        for (var i = 0; i < entries.Count; i++)
        {
            var entry = entries.Count == 1 ? entries[i] : entries[i] with { Batch = new EntryBatch(id, i + 1, entries.Count) };
            waiting.Add(await entry.SubmitAsync(ledger, cancellationToken));
        }

        var outcomes = await Task.WhenAll(waiting).WaitAsync(cancellationToken);
        return [.. entries.Zip(outcomes, (entry, outcome) => entry.Durable(outcome))];
    }

    /// <summary>Waits while the queue is full; the inner task ends once it is on disk, or could not be put there.</summary>
    public async ValueTask<Task<SealOutcome>> SubmitAsync(FileLedger ledger, CancellationToken cancellationToken)
    {
        var body = new CanonicalJsonWriter(1024);
        body.BeginObject();
        Body(body);
        body.EndObject();
        var draft = new FixedDraft(Kind, Subject, By, Authentication, body.Written.ToArray(), PrivateParts.Of(Private)) { Batch = Batch };
        await ledger.SubmitAsync(draft, cancellationToken);
        return draft.Outcome;
    }

    SealOutcome Durable(SealOutcome outcome) => outcome.IsDurable ? outcome : throw Failure.Of("not-sealed", Words.Value("kind", EntryKinds.Text(Kind)), Subject);
}
