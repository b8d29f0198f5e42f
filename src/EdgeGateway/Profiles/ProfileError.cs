namespace EdgeGateway.Profiles;

/// <summary>Something in a profile's file that must be put right.</summary>
/// <param name="Line">From 1; 0 where the file as a whole is meant.</param>
/// <param name="Column">From 1; 0 where the file as a whole is meant.</param>
/// <param name="Message">Names the key, the value and the remedy. It may repeat text of the file.</param>
public sealed record ProfileError(int Line, int Column, string Message)
{
    public override string ToString() => Line == 0 ? Message : $"line {Line}, column {Column}: {Message}";
}
