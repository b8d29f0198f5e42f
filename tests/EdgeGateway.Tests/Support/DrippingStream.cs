namespace EdgeGateway.Tests.Support;

/// <summary>A source that gives its bytes in odd pieces, and may break off or cancel on the way.</summary>
sealed class DrippingStream(byte[] content) : MemoryStream(content, writable: false)
{
    public long BreaksAt { get; init; } = long.MaxValue;

    public long CancelsAt { get; init; } = long.MaxValue;

    public CancellationTokenSource? Cancellation { get; init; }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (Position >= CancelsAt) await Cancellation!.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
        if (Position >= BreaksAt) throw new EndOfStreamException("The source broke off.");
        return await base.ReadAsync(buffer[..Math.Min(buffer.Length, 77_777)], cancellationToken);
    }
}
