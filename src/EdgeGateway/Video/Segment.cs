namespace EdgeGateway.Video;

/// <summary>A piece of a stream, in a file of its own.</summary>
/// <param name="To">When it was closed, by the gateway's clock; of what a crash left behind, when it was written last.</param>
/// <param name="Length">As ffmpeg tells it; null of what a crash or an end left behind.</param>
sealed record Segment(string Path, DateTimeOffset To, TimeSpan? Length);
