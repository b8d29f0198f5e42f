namespace EdgeGateway.Devices.Serial;

/// <summary>Cuts the bytes of one line into frames by their grammar, never by timing. Not safe for several threads.</summary>
public interface ISerialFramer
{
    /// <summary>Takes up to <see cref="SerialFramers.MaximumFeedBytes"/> more; call <see cref="TryRead"/> until it says no before the next.</summary>
    void Feed(ReadOnlySpan<byte> bytes);

    /// <summary>The next piece; false when more bytes are needed to tell what the rest is.</summary>
    bool TryRead(out SerialChunk chunk);

    /// <summary>What is left when nothing more will come, as noise; call until it says no.</summary>
    bool TryFlush(out SerialChunk chunk);
}
