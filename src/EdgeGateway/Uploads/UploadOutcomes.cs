using EdgeGateway.Evidence;

namespace EdgeGateway.Uploads;

static class UploadOutcomes
{
    /// <summary>On disk, not sealed yet.</summary>
    public static readonly SealOutcome Kept = new(SealStatus.Kept, -1, default, default);

    public static readonly Task<SealOutcome> Unavailable = Task.FromResult(SealOutcome.Unavailable);

    public static readonly UploadStep KeptAlready = new(Task.FromResult(Kept));

    public static UploadStep Refused(RefusalReason reason, string text) => new(Unavailable, new UploadRefusal(reason, text));
}
