using System.Security.Cryptography;
using EdgeGateway.Evidence;
using EdgeGateway.Ledger;
using EdgeGateway.Storage.Files;
using EdgeGateway.Storage.Ledger;
using EdgeGateway.Storage.Objects;
using EdgeGateway.Strangers;

namespace EdgeGateway.Ingest;

/// <summary>
/// Turns what arrived into entries: digest, object to disk where it is large, private part and commitment, all on the
/// wire's own thread; only the place in the ledger is the writer's to give.
/// </summary>
sealed partial class Sealer(
    FileLedger ledger, ObjectStore objects, QuarantineLimit limit, IngestMetrics metrics, ILogger<Sealer> logger, StartSeal? start = null,
    StrangerBook? strangers = null) : ISealer
{
    static readonly Task<SealOutcome> Unavailable = Task.FromResult(SealOutcome.Unavailable);
    static readonly Task<SealOutcome> Counted = Task.FromResult(new SealOutcome(SealStatus.Counted, -1, default, default));

    public async ValueTask<Task<SealOutcome>> SubmitAsync(Arrival arrival, CancellationToken cancellationToken)
    {
        if (!await HasBegunAsync(cancellationToken)) return Refuse();
        if (arrival.Object is { } media) return await SubmitAsync(arrival, media.Sha256, media.Sm3, inline: false, media.Head, cancellationToken);
        var inline = arrival.Payload.Length <= PrivateParts.MaximumInlineBytes;
        var sm3 = StartSm3(arrival.Payload, inline);
        var digest = DigestOf(arrival.Payload.Span);
        if (!inline && !StoreObject(arrival)) return Refuse();

        return await SubmitAsync(arrival, digest, sm3 is null ? null : await sm3, inline, arrival.Payload, cancellationToken);
    }

    public async ValueTask<Task<SealOutcome>> QuarantineAsync(Refusal refusal, CancellationToken cancellationToken)
    {
        metrics.Refused(refusal.Wire, refusal.Reason);
        strangers?.Take(refusal);
        if (!await HasBegunAsync(cancellationToken)) return Refuse();
        if (!limit.TryTake(refusal, out var suppressed)) return Counted;
        var draft = new QuarantineDraft(refusal, suppressed, PrivateParts.OfRefusal(refusal, objects.WithSm3));
        return await ledger.SubmitAsync(draft, cancellationToken) ? draft.Outcome : Refuse();
    }

    /// <param name="head">What begins as the content does.</param>
    async ValueTask<Task<SealOutcome>> SubmitAsync(Arrival arrival, Hash digest, Hash? sm3, bool inline, ReadOnlyMemory<byte> head, CancellationToken cancellationToken)
    {
        var mediaType = MediaTypes.Decide(arrival.ClaimedMediaType, arrival.Message, head.Span);
        var draft = new EvidenceDraft(arrival, mediaType, PrivateParts.OfEvidence(arrival, digest, sm3, inline))
        {
            Repeat = RepeatIdentity.Of(arrival.Device.Id.Value, arrival.Interpretation.EventId, RepeatIdentity.ContentOf(arrival.Message.Name, arrival.Address, digest), arrival.Message.RepeatWindow),
        };
        if (!await ledger.SubmitAsync(draft, cancellationToken)) return Refuse();
        metrics.Submitted(arrival.Object?.Size ?? arrival.Payload.Length);
        return draft.Outcome;
    }

    /// <summary>Whether every message has the start of this run before it, and what was lost before that.</summary>
    ValueTask<bool> HasBegunAsync(CancellationToken cancellationToken) =>
        start is null || start.IsSealed ? ValueTask.FromResult(true) : start.TryAsync(cancellationToken);

    /// <summary>What is large goes to another processor, beside SHA-256 and the disk; null where it is not wanted.</summary>
    Task<Hash>? StartSm3(ReadOnlyMemory<byte> payload, bool inline) =>
        !objects.WithSm3 ? null
        : inline ? Task.FromResult(Sm3.HashData(payload.Span))
        : Task.Run(() => Sm3.HashData(payload.Span));

    /// <summary>The media is on disk before the entry that names it is even written.</summary>
    bool StoreObject(Arrival arrival)
    {
        try
        {
            return ledger.HasRoom && objects.Put(arrival.Payload.Span).IsDurable;
        }
        catch (IOException e)
        {
            // Not acknowledged, so the device keeps it; a full disk says so elsewhere, anything else says so here.
            if (e is not StorageFullException) LogNotStored(e);
            return false;
        }
    }

    Task<SealOutcome> Refuse()
    {
        metrics.Unavailable();
        return Unavailable;
    }

    static Hash DigestOf(ReadOnlySpan<byte> bytes)
    {
        Span<byte> digest = stackalloc byte[Hash.Length];
        SHA256.HashData(bytes, digest);
        return new Hash(digest);
    }

    [LoggerMessage(1002, LogLevel.Error, "Media could not be stored, and is not acknowledged: look at the disk")]
    partial void LogNotStored(Exception exception);
}
