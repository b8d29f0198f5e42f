using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using EdgeGateway.Gateway;
using EdgeGateway.Tests.Support;
using EdgeGateway.Timestamps;
using Microsoft.AspNetCore.Http;

namespace EdgeGateway.Tests.Timestamps;

/// <summary>What counts as a token, against an authority that openssl makes.</summary>
public sealed class TimestampAuthorityTests : IAsyncLifetime
{
    static readonly byte[] Imprint = SHA256.HashData("a checkpoint"u8);

    OpensslAuthority _openssl = null!;
    TsaServer _server = null!;

    public async Task InitializeAsync()
    {
        _openssl = await OpensslAuthority.CreateAsync();
        _server = await TsaServer.StartAsync(_openssl);
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        _openssl.Dispose();
    }

    [Fact]
    public async Task A_good_token_has_the_imprint_the_time_and_the_chain_to_the_root()
    {
        var stamped = await StampAsync(policy: "1.2.3.4.5");

        Assert.Equal(Imprint, stamped.Token.Info.GetMessageHash().ToArray());
        Assert.Equal("1.2.3.4.5", stamped.Token.Info.PolicyId.Value);
        Assert.InRange(stamped.Token.Info.Timestamp, DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddMinutes(1));
        Assert.Equal(["CN=Test TSA tsa", "CN=Test Root CA"], stamped.Token.Chain.Select(certificate => certificate.Subject));
        Assert.Empty(stamped.Revocation);
    }

    [Fact]
    public async Task A_certificate_that_ended_before_the_token_was_made_is_not_trusted()
    {
        await _openssl.MakeSignerAsync("old", "critical,timeStamping", issuedAt: "-400d", days: 30);
        _server.Reply = query => _openssl.ReplyAsync(query, "old");

        Assert.Contains("is valid from", (await RefusedAsync(TimestampFailure.Untrusted)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_of_another_root_is_not_trusted_even_if_the_answer_brings_that_root()
    {
        using var other = await OpensslAuthority.CreateAsync();
        _server.Reply = query => other.ReplyAsync(query);

        await RefusedAsync(TimestampFailure.Untrusted);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("serverAuth")]
    [InlineData("timeStamping")]
    [InlineData("critical,timeStamping,serverAuth")]
    public async Task A_certificate_that_is_not_for_time_stamping_alone_is_not_trusted(string? usage)
    {
        await _openssl.MakeSignerAsync("other-use", usage);
        _server.Reply = async query =>
        {
            var genuine = new SignedCms();
            genuine.Decode(TokenOf(await _openssl.ReplyAsync(query)));
            return ResponseOf(await _openssl.ResignAsync(genuine.ContentInfo.Content, "other-use"));
        };

        await RefusedAsync(TimestampFailure.Untrusted);
    }

    [Fact]
    public async Task The_same_way_of_signing_with_a_good_certificate_is_trusted()
    {
        _server.Reply = async query =>
        {
            var genuine = new SignedCms();
            genuine.Decode(TokenOf(await _openssl.ReplyAsync(query)));
            return ResponseOf(await _openssl.ResignAsync(genuine.ContentInfo.Content, "tsa"));
        };

        await StampAsync();
    }

    [Fact]
    public async Task A_token_with_another_nonce_does_not_answer_this_question()
    {
        _server.Reply = query => _openssl.ReplyAsync(Changed(query, nonce: [1, 2, 3, 4]));
        await RefusedAsync(TimestampFailure.Malformed);
    }

    [Fact]
    public async Task A_token_without_certificates_is_refused()
    {
        _server.Reply = query => _openssl.ReplyAsync(Changed(query, certificates: false));
        await RefusedAsync(TimestampFailure.Malformed);
    }

    [Fact]
    public async Task A_token_over_something_else_is_refused()
    {
        _server.Reply = query => _openssl.ReplyAsync(Changed(query, imprint: SHA256.HashData("else"u8)));
        await RefusedAsync(TimestampFailure.Malformed);
    }

    [Fact]
    public async Task A_token_under_another_policy_is_refused()
    {
        _server.Reply = query => _openssl.ReplyAsync(Changed(query, policy: OpensslAuthority.Policy));
        await RefusedAsync(TimestampFailure.Malformed, policy: "1.2.3.4.5");
    }

    [Fact]
    public async Task A_refusal_is_told_with_what_the_authority_says()
    {
        var refused = await RefusedAsync(TimestampFailure.Refused, policy: "1.9.9");
        Assert.StartsWith("It refused (status 2): ", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Yesterdays_answer_is_no_answer_today()
    {
        byte[]? yesterday = null;
        _server.Reply = async query => yesterday ??= await _openssl.ReplyAsync(query);
        await StampAsync();
        await RefusedAsync(TimestampFailure.Malformed);
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html>502 Bad Gateway</html>")]
    [InlineData("30")]
    [InlineData("0\u0080")]
    public async Task Garbage_is_no_token(string garbage)
    {
        _server.Reply = _ => Task.FromResult(System.Text.Encoding.Latin1.GetBytes(garbage));
        await RefusedAsync(TimestampFailure.Malformed);
    }

    [Fact]
    public async Task Bytes_behind_the_answer_are_refused()
    {
        _server.Reply = async query => [.. await _openssl.ReplyAsync(query), 0];
        await RefusedAsync(TimestampFailure.Malformed);
    }

    [Fact]
    public async Task An_oversized_answer_a_redirect_and_an_error_page_are_no_answers()
    {
        _server.Reply = _ => Task.FromResult(new byte[65 * 1024]);
        await RefusedAsync(TimestampFailure.NoAnswer);
        _server.Instead = context =>
        {
            context.Response.Redirect("http://127.0.0.1:1/");
            return Task.CompletedTask;
        };
        Assert.Contains("302", (await RefusedAsync(TimestampFailure.NoAnswer)).Message, StringComparison.Ordinal);
        _server.Instead = context =>
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return Task.CompletedTask;
        };
        await RefusedAsync(TimestampFailure.NoAnswer);
    }

    [Fact]
    public async Task A_slow_authority_is_given_up()
    {
        var given = new TaskCompletionSource();
        _server.Instead = _ => given.Task;
        await RefusedAsync(TimestampFailure.NoAnswer, options: new TimestampOptions { Timeout = TimeSpan.FromSeconds(1) });
        given.SetResult();
    }

    [Fact]
    public async Task Nobody_listening_is_no_answer()
    {
        await _server.StopAsync();
        await RefusedAsync(TimestampFailure.NoAnswer);
    }

    [Fact]
    public void A_roots_file_that_is_missing_or_holds_none_is_told_at_once()
    {
        var missing = new AuthorityOptions { Name = "a", Url = "http://127.0.0.1/", Roots = Path.Combine(_openssl.Folder, "missing.pem") };
        Assert.Contains("missing.pem", Assert.Throws<GatewayException>(() => TimestampAuthority.Open(missing, new TimestampOptions(), TimeProvider.System)).Message, StringComparison.Ordinal);
        var none = new AuthorityOptions { Name = "a", Url = "http://127.0.0.1/", Roots = Path.Combine(_openssl.Folder, "ca.key") };
        Assert.Contains("0 certificates", Assert.Throws<GatewayException>(() => TimestampAuthority.Open(none, new TimestampOptions(), TimeProvider.System)).Message, StringComparison.Ordinal);
    }

    async Task<StampedToken> StampAsync(string? policy = null, TimestampOptions? options = null)
    {
        using var authority = TimestampAuthority.Open(StampedGateway.Authority(_server, _openssl, policy: policy), options ?? new TimestampOptions(), TimeProvider.System);
        return await authority.StampAsync(Imprint, CancellationToken.None);
    }

    async Task<TimestampException> RefusedAsync(TimestampFailure failure, string? policy = null, TimestampOptions? options = null)
    {
        var refused = await Assert.ThrowsAsync<TimestampException>(() => StampAsync(policy, options));
        Assert.True(refused.Failure == failure, $"{refused.Failure}: {refused.Message}");
        return refused;
    }

    /// <summary>The question as a man in the middle, or a careless authority, would have it.</summary>
    static byte[] Changed(byte[] query, byte[]? nonce = null, bool certificates = true, byte[]? imprint = null, string? policy = null)
    {
        Assert.True(Rfc3161TimestampRequest.TryDecode(query, out var asked, out _));
        return Rfc3161TimestampRequest.CreateFromHash(
            imprint ?? asked.GetMessageHash(), HashAlgorithmName.SHA256, policy is null ? asked.RequestedPolicyId : new Oid(policy), nonce ?? asked.GetNonce(), certificates).Encode();
    }

    static byte[] TokenOf(byte[] response)
    {
        var answer = new AsnReader(response, AsnEncodingRules.DER).ReadSequence();
        answer.ReadSequence();
        return answer.ReadEncodedValue().ToArray();
    }

    static byte[] ResponseOf(byte[] token)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence()) writer.WriteInteger(0);
            writer.WriteEncodedValue(token);
        }

        return writer.Encode();
    }
}
