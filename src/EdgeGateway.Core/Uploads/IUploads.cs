using EdgeGateway.Evidence;

namespace EdgeGateway.Uploads;

/// <summary>Takes media that arrives in chunks. Safe for any number of threads.</summary>
public interface IUploads
{
    /// <summary>
    /// Takes a manifest: begins an upload, or finds it again where it was broken off or sealed. What there is to tell the device goes to
    /// <paramref name="answer"/>, at once and once more when it is sealed, from any thread; it must not block nor throw.
    /// </summary>
    /// <param name="upload">The device's name for it; refused where it is no <see cref="UploadId"/>.</param>
    UploadStep Begin(Arrival manifest, string upload, Action<UploadAnswer> answer);

    /// <summary>Takes a chunk. Its bytes are not needed once this has returned; they are on disk when the outcome is durable.</summary>
    UploadStep Write(in UploadChunk chunk, Action<UploadAnswer> answer);
}

/// <summary>What becomes of a manifest or chunk.</summary>
/// <param name="Outcome">Ends when it may be acknowledged, or can't be.</param>
/// <param name="Refusal">Why it is not taken and never will be; null where it is.</param>
public readonly record struct UploadStep(Task<SealOutcome> Outcome, UploadRefusal? Refusal = null);

/// <param name="Text">For the device: one sentence of at most 100 ASCII characters.</param>
public sealed record UploadRefusal(RefusalReason Reason, string Text);
