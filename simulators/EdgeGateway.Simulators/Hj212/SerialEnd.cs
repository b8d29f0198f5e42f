namespace EdgeGateway.Simulators.Hj212;

/// <summary>Where the devices' end of a serial line is.</summary>
/// <param name="IsOwn">
/// The run makes a pseudo terminal and puts a link to its other end at <paramref name="Path"/>: pulling the plug then takes the line away from the
/// gateway too. Otherwise the path is a line that is there, and pulling the plug is silence on it.
/// </param>
sealed record SerialEnd(string Path, bool IsOwn = false)
{
    /// <exception cref="IOException">The line can't be opened or made.</exception>
    public Task<SerialLine> OpenAsync(CancellationToken cancellationToken) =>
        IsOwn ? SerialLine.CreateAsync(Path, cancellationToken) : SerialLine.OpenAsync(Path, cancellationToken);
}
