using System.Collections.Concurrent;
using System.Threading.Channels;

namespace EdgeGateway.Simulators.Mqtt;

/// <summary>Receipts of uploads on their way to whoever waits for them, over all connections of a session. Safe for any number of threads.</summary>
sealed class UploadReceipts
{
    readonly ConcurrentDictionary<string, Channel<UploadReceipt>> _waiting = new();

    /// <summary>From now on receipts of this upload are kept, until <see cref="End"/>.</summary>
    public ChannelReader<UploadReceipt> Begin(string upload) => _waiting.GetOrAdd(upload, _ => Channel.CreateUnbounded<UploadReceipt>()).Reader;

    public void End(string upload) => _waiting.TryRemove(upload, out _);

    /// <summary>One has come; nobody may wait for it any more.</summary>
    public void Take(string upload, ReadOnlyMemory<byte> payload)
    {
        if (_waiting.TryGetValue(upload, out var waiting)) waiting.Writer.TryWrite(UploadReceipt.Read(payload));
    }
}
