using System.Threading.Channels;
using EdgeGateway.Simulators.Devices;
using EdgeGateway.Simulators.Mqtt;
using EdgeGateway.Simulators.Transcripts;

namespace EdgeGateway.Simulators.Runs;

/// <summary>
/// Sends one clip, as often as it takes: the manifest, then what the gateway says is missing, until it is sealed or refused. Without an
/// answer, after a lost connection or a restart of the gateway, it begins with the manifest again.
/// </summary>
sealed class ClipTransfer(MqttSession session, ITranscript transcript, TimeProvider time)
{
    static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(5);

    /// <param name="ending">What happens to the connection once one of the chunks is written; null for nothing.</param>
    /// <exception cref="OperationCanceledException">Asked to stop before it was sealed.</exception>
    public async Task RunAsync(PlannedMessage media, Fault? ending, CancellationToken stop)
    {
        var upload = media.Upload!;
        var receipts = session.UploadReceipts.Begin(upload.Name);
        transcript.Record(media.Entry(TranscriptEvent.Sent, time.GetUtcNow()));
        try
        {
            while (true)
            {
                while (receipts.TryRead(out _))
                {
                    // What was told of an earlier manifest.
                }

                await session.PublishAsync(upload.ManifestOf(media), isCopy: false, null, stop);
                while (await NextAsync(receipts, stop) is { } told)
                {
                    if (Ended(media, told)) return;
                    if (told.Missing is not { Count: > 0 } missing) continue;
                    await SendAsync(media, missing, ending, stop);
                    ending = null;
                }
            }
        }
        finally
        {
            session.UploadReceipts.End(upload.Name);
        }
    }

    bool Ended(PlannedMessage media, UploadReceipt told)
    {
        var at = time.GetUtcNow();
        if (told.Index is { } index)
        {
            if (told.Sha256 != media.Sha256) throw new MqttProtocolException($"The receipt of {media.Upload!.Name} is for other bytes.");
            transcript.Record(media.Entry(TranscriptEvent.Acknowledged, at) with { Index = index });
            return true;
        }

        if (told.Rejected is not { } reason) return false;
        transcript.Record(media.Entry(TranscriptEvent.Refused, at) with { Reason = reason });
        return true;
    }

    async Task SendAsync(PlannedMessage media, IReadOnlyList<(int First, int Last)> missing, Fault? ending, CancellationToken stop)
    {
        foreach (var (first, last) in missing)
        {
            for (var number = first; number <= last; number++)
            {
                // In the middle, so that some of it is there and some is not.
                var fault = number == (first + last) / 2 ? ending : null;
                if (fault is not null) ending = null;
                await session.PublishAsync(media.Upload!.ChunkOf(media, number), isCopy: false, fault, stop);
            }
        }
    }

    /// <returns>Null where none comes in time.</returns>
    async Task<UploadReceipt?> NextAsync(ChannelReader<UploadReceipt> receipts, CancellationToken stop)
    {
        try
        {
            // A read that is given up would still take the next one.
            await receipts.WaitToReadAsync(stop).AsTask().WaitAsync(AnswerTimeout, time, stop);
            return receipts.TryRead(out var receipt) ? receipt : null;
        }
        catch (TimeoutException)
        {
            return null;
        }
    }
}
