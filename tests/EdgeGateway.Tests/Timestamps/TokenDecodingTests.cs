using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using EdgeGateway.Tests.Support;
using EdgeGateway.Timestamps;

namespace EdgeGateway.Tests.Timestamps;

/// <summary>An answer that is cut, changed or made up never crashes and never counts as another token than the one that was signed.</summary>
public sealed class TokenDecodingTests : IAsyncLifetime
{
    static readonly byte[] Imprint = SHA256.HashData("a checkpoint"u8);

    readonly Rfc3161TimestampRequest _request = Rfc3161TimestampRequest.CreateFromHash(Imprint, HashAlgorithmName.SHA256, null, new byte[] { 1, 2, 3, 4, 5, 6, 7, 8 }, true);
    byte[] _response = [];
    TokenCheck _check = null!;
    AcceptedToken _genuine = null!;

    public async Task InitializeAsync()
    {
        using var openssl = await OpensslAuthority.CreateAsync();
        _response = await openssl.ReplyAsync(_request.Encode());
        var roots = new X509Certificate2Collection();
        roots.ImportFromPemFile(openssl.Roots);
        _check = new TokenCheck(roots);
        _genuine = _check.Check(_request, _response);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public void Cut_at_every_byte_it_is_no_token()
    {
        for (var length = 0; length < _response.Length; length++)
        {
            var cut = _response[..length];
            Assert.Throws<TimestampException>(() => _check.Check(_request, cut));
        }
    }

    [Fact]
    public void With_any_bit_of_every_third_byte_changed_it_is_refused_or_says_the_same() => FlipBits(step: 3, bits: 2);

    [Fact]
    [Trait("Speed", "Slow")]
    public void With_any_bit_changed_it_is_refused_or_says_the_same() => FlipBits(step: 1, bits: 8);

    [Fact]
    public void Made_up_of_pieces_of_itself_it_is_refused_or_says_the_same()
    {
        var random = new Random(20261125);
        for (var round = 0; round < 500; round++)
        {
            var changed = _response.ToArray();
            var length = random.Next(1, 40);
            _response.AsSpan(random.Next(_response.Length - length), length).CopyTo(changed.AsSpan(random.Next(_response.Length - length)));
            IsRefusedOrTheSame(changed);
        }
    }

    void FlipBits(int step, int bits)
    {
        for (var at = 0; at < _response.Length; at += step)
        {
            for (var bit = 0; bit < bits; bit++)
            {
                var changed = _response.ToArray();
                changed[at] ^= (byte)(1 << ((bit + at) % 8));
                IsRefusedOrTheSame(changed);
            }
        }
    }

    /// <summary>Some bytes are under no signature (a version, a list of digests): they may change, what is signed may not.</summary>
    void IsRefusedOrTheSame(byte[] response)
    {
        try
        {
            var token = _check.Check(_request, response);
            Assert.Equal(_genuine.Info.Encode(), token.Info.Encode());
            Assert.Equal(_genuine.Signer.RawData, token.Signer.RawData);
            Assert.Equal(_genuine.Chain[^1].RawData, token.Chain[^1].RawData);
        }
        catch (TimestampException e)
        {
            Assert.NotEmpty(e.Message);
        }
    }
}
