namespace EdgeGateway.Evidence;

/// <summary>How it is known who sent something: the <c>auth</c> field of an entry.</summary>
/// <param name="Method"><c>secret</c>, <c>certificate</c>, <c>line</c> (a serial line proves no origin), <c>folder</c> (nor does a folder), <c>stream</c> (nor a camera's address), <c>broker</c> (what a site's own broker vouches for), <c>peer</c> (local socket) or <c>none</c>.</param>
/// <param name="CredentialId">Which credential, or which broker; or null.</param>
/// <param name="Tls">TLS version, or <c>none</c>.</param>
public sealed record Authentication(string Method, string? CredentialId, string Tls)
{
    /// <summary>A serial line: whoever is on the wire.</summary>
    public static readonly Authentication Line = new("line", null, "none");

    /// <summary>A dock's folder: whoever can write there.</summary>
    public static readonly Authentication Folder = new("folder", null, "none");

    /// <summary>A camera's stream: whoever answers at its address.</summary>
    public static readonly Authentication Stream = new("stream", null, "none");

    /// <summary>The gateway itself.</summary>
    public static readonly Authentication None = new("none", null, "none");
}
