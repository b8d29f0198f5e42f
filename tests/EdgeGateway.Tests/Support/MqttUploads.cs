using EdgeGateway.Evidence;
using EdgeGateway.Uploads;

namespace EdgeGateway.Tests.Support;

/// <summary>For wires whose devices send no media in chunks.</summary>
sealed class MqttUploads : IUploads
{
    static readonly UploadStep Refused =
        new(Task.FromResult(SealOutcome.Unavailable), new UploadRefusal(RefusalReason.UnknownUpload, "There are no uploads here."));

    public UploadStep Begin(Arrival manifest, string upload, Action<UploadAnswer> answer) => Refused;

    public UploadStep Write(in UploadChunk chunk, Action<UploadAnswer> answer) => Refused;
}
