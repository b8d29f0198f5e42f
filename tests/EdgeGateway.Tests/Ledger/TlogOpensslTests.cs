using System.Diagnostics;
using System.Text;

namespace EdgeGateway.Ledger;

/// <summary>The checkpoint's signature, checked with a program that nobody here wrote.</summary>
public sealed class TlogOpensslTests : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("edgegw-tlog-");

    public void Dispose() => _folder.Delete(true);

    [Fact]
    public async Task A_signed_checkpoint_verifies_with_openssl_and_a_changed_one_does_not()
    {
        var seed = Enumerable.Range(7, 32).Select(i => (byte)i).ToArray();
        var key = SigningKey.FromSeed("station-01.example", seed);
        var note = new Checkpoint("station-01.example", 8, TlogVectorReader.SmallRoots[8]).Sign(key);

        // RFC 8410: the SubjectPublicKeyInfo of Ed25519 is this and the 32 bytes.
        await Write("key.der", [.. Convert.FromHexString("302a300506032b6570032100"), .. key.Verifier.PublicKey]);
        await Write("signature", note.Signatures[0].Bytes.ToArray());
        await Write("text", Encoding.UTF8.GetBytes(note.Text));
        Assert.Equal(0, await OpensslVerify());

        await Write("text", Encoding.UTF8.GetBytes(note.Text.Replace("\n8\n", "\n9\n", StringComparison.Ordinal)));
        Assert.NotEqual(0, await OpensslVerify());
    }

    Task Write(string name, byte[] bytes) => File.WriteAllBytesAsync(Path.Combine(_folder.FullName, name), bytes);

    async Task<int> OpensslVerify()
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var openssl = Process.Start(new ProcessStartInfo(
            "openssl", "pkeyutl -verify -pubin -keyform DER -inkey key.der -rawin -in text -sigfile signature")
        {
            WorkingDirectory = _folder.FullName,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        await openssl.WaitForExitAsync(timeout.Token);
        return openssl.ExitCode;
    }
}
