namespace EdgeGateway.Tests.Support;

/// <summary>A program of a few lines of shell.</summary>
static class Script
{
    /// <summary>What chrony prints where all is well.</summary>
    public const string Tracking = "A29FC87B,162.159.200.123,4,1795646143.550513014,-0.000012345,0.000001000,0.000002000,-12.5,0.001,0.02,0.004000001,0.000500000,64.5,Normal";

    public static string Write(string path, string lines)
    {
        File.WriteAllText(path, $"#!/bin/sh\n{lines}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }

    public static string WriteChronyc(string path) => Write(path, $"echo '{Tracking}'");
}
