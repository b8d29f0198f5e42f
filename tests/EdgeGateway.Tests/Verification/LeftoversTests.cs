using EdgeGateway.Ledger;
using EdgeGateway.Support;
using EdgeGateway.Tests.Support;
using EdgeGateway.Verification;

namespace EdgeGateway.Tests.Verification;

/// <summary>Partial tiles and bundles of earlier sizes, which stay on disk for whoever holds an earlier checkpoint.</summary>
public sealed class LeftoversTests : IDisposable
{
    readonly TempFolder _folder = new(inMemory: true);
    readonly SigningKey _key = SigningKey.FromSeed("log.example", new byte[32]);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("tile/0/002.p/17", 40, 512 + 1)]
    [InlineData("tile/entries/002.p/17", 15, 512 + 1)]
    [InlineData("tile/0/000.p/200", 32 * 199, 199)]
    [InlineData("tile/entries/001.p/3", 3, 256)]
    [InlineData("tile/1/000.p/1", 31, 0)]
    public void A_flipped_byte_in_an_old_partial_file_is_found_and_named(string path, int at, long entry)
    {
        Write(700, also: [200, 256 + 3, 512 + 17]);
        Assert.Null(Verify().Fault);

        var bytes = File.ReadAllBytes(_folder[path]);
        bytes[at] ^= 1;
        File.WriteAllBytes(_folder[path], bytes);

        var fault = Verify().Fault!;
        Assert.Equal((path, (long?)entry), (fault.Path, fault.EntryIndex));
        Assert.Contains($"{path} is not the beginning of", fault.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_several_the_first_is_named_and_one_cut_short_is_wrong_too()
    {
        Write(700, also: [200, 512 + 17]);
        foreach (var path in (string[])["tile/0/002.p/17", "tile/0/000.p/200"]) File.WriteAllBytes(_folder[path], File.ReadAllBytes(_folder[path])[..32]);

        Assert.Equal("tile/0/000.p/200", Verify().Fault!.Path);
    }

    [Fact]
    public void What_is_not_signed_yet_and_files_of_other_names_are_passed_over()
    {
        Write(700);
        foreach (var path in (string[])["tile/0/002.p/250", "tile/entries/003.p/5", "tile/0/002.p/017", "tile/0/002.p/notes", "tile/x.p/1"])
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_folder[path])!);
            File.WriteAllText(_folder[path], "something");
        }

        Assert.Null(Verify().Fault);
    }

    VerificationReport Verify() => LedgerVerification.Run(
        new VerificationRequest(_folder.Path, _key.Verifier, null, Objects: false, null), null, CancellationToken.None);

    /// <summary>A log of so many entries, with what it published at these sizes too.</summary>
    void Write(int size, params int[] also)
    {
        foreach (var log in also.Append(size).Select(TlogMemoryLog.OfTexts))
        {
            foreach (var (path, bytes) in log.Files)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(_folder[path])!);
                File.WriteAllBytes(_folder[path], bytes);
            }
        }

        File.WriteAllText(_folder["checkpoint"], new Checkpoint("log.example", size, TlogMemoryLog.OfTexts(size).Root).Sign(_key).ToString());
    }
}
