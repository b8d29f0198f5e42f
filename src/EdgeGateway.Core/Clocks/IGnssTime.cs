namespace EdgeGateway.Clocks;

/// <summary>Is told what time GNSS receivers say. Safe for any number of threads; returns at once.</summary>
public interface IGnssTime
{
    /// <param name="line">The receiver's.</param>
    /// <param name="time">UTC, as a sentence with a fix names it.</param>
    /// <param name="receivedAt">The gateway's clock when the sentence's last byte had arrived.</param>
    void Heard(string line, DateTimeOffset time, DateTimeOffset receivedAt);

    /// <summary>The receiver says that it has no fix: what time it gives is its own guess.</summary>
    void NoFix(string line);
}
