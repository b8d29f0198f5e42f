using System.Net;
using EdgeGateway.Outbound;
using EdgeGateway.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace EdgeGateway.Tests.Outbound;

/// <summary>The one way out: nowhere but where the settings say, and never for long or for much.</summary>
public sealed class OutboundPolicyTests
{
    const int Maximum = 1000;

    [Theory]
    [InlineData("tsa.example", "10.1.2.3", true)]
    [InlineData("tsa.example", "203.0.113.7", true)]
    [InlineData("tsa.example", "2001:db8::1", true)]
    [InlineData("tsa.example", "127.0.0.1", false)]
    [InlineData("tsa.example", "::1", false)]
    [InlineData("tsa.example", "::ffff:127.0.0.1", false)]
    [InlineData("tsa.example", "0.0.0.0", false)]
    [InlineData("tsa.example", "::", false)]
    [InlineData("tsa.example", "169.254.169.254", false)]
    [InlineData("tsa.example", "::ffff:169.254.169.254", false)]
    [InlineData("tsa.example", "fe80::1", false)]
    [InlineData("tsa.example", "224.0.0.1", false)]
    [InlineData("tsa.example", "255.255.255.255", false)]
    [InlineData("tsa.example", "ff02::1", false)]
    [InlineData("localhost", "127.0.0.1", true)]
    [InlineData("localhost", "::1", true)]
    [InlineData("127.0.0.1", "127.0.0.1", true)]
    public void A_name_may_lead_off_this_machine_and_its_link_only(string host, string address, bool allowed) =>
        Assert.Equal(allowed, OutboundSocket.IsAllowed(host, IPAddress.Parse(address)));

    [Theory]
    [InlineData("crl.example.cn:80", "crl.example.cn:80")]
    [InlineData("CRL.Example.cn.:8080", "crl.example.cn:8080")]
    [InlineData("[::1]:80", "::1:80")]
    [InlineData("10.0.0.1:443", "10.0.0.1:443")]
    [InlineData("crl.example.cn", null)]
    [InlineData("crl.example.cn:0", null)]
    [InlineData("crl.example.cn:65536", null)]
    [InlineData(":80", null)]
    [InlineData("a b:80", null)]
    [InlineData("http://crl.example.cn:80", null)]
    public void A_target_is_a_host_and_a_port(string text, string? target)
    {
        Assert.Equal(target is not null, OutboundTarget.TryParse(text, out var parsed));
        if (target is not null) Assert.Equal(target, parsed.ToString());
    }

    [Fact]
    public async Task What_the_settings_name_is_reached_and_its_answer_comes_whole()
    {
        await using var server = await ServerAsync(async context =>
        {
            context.Response.StatusCode = 409;
            context.Response.ContentType = "text/x.tlog.size; charset=utf-8";
            await context.Response.WriteAsync("12\n");
        });

        var answer = await AskAsync(server, new Uri(server.Url));

        Assert.Equal((409, "text/x.tlog.size", "12\n"), (answer.Status, answer.MediaType, System.Text.Encoding.UTF8.GetString(answer.Body)));
    }

    [Fact]
    public async Task Another_port_another_host_and_another_name_of_the_same_machine_are_not_reached()
    {
        await using var server = await ServerAsync(_ => Task.CompletedTask);
        foreach (var url in new[] { $"http://127.0.0.1:{server.Port + 1}/", "http://127.0.0.2/", $"http://localhost:{server.Port}/", "ftp://127.0.0.1/" })
        {
            var refused = await Assert.ThrowsAsync<OutboundException>(() => AskAsync(server, new Uri(url)));
            Assert.Equal(OutboundFailure.NotAllowed, refused.Failure);
        }

        Assert.Equal(0, server.Requests);
    }

    [Fact]
    public async Task A_redirect_is_an_answer_and_is_not_followed()
    {
        await using var server = await ServerAsync(context =>
        {
            context.Response.Redirect("/elsewhere");
            return Task.CompletedTask;
        });

        Assert.Equal(302, (await AskAsync(server, new Uri(server.Url))).Status);
        Assert.Equal(1, server.Requests);
    }

    [Theory]
    [InlineData(Maximum, false)]
    [InlineData(Maximum + 1, true)]
    public async Task An_answer_may_be_so_long_and_no_longer(int length, bool refused)
    {
        await using var server = await ServerAsync(context => context.Response.Body.WriteAsync(new byte[length]).AsTask());

        var asked = AskAsync(server, new Uri(server.Url));

        if (refused) Assert.Equal(OutboundFailure.TooLarge, (await Assert.ThrowsAsync<OutboundException>(() => asked)).Failure);
        else Assert.Equal(length, (await asked).Body.Length);
    }

    [Fact]
    public async Task An_answer_that_begins_and_never_ends_is_given_up()
    {
        var given = new TaskCompletionSource();
        await using var server = await ServerAsync(async context =>
        {
            await context.Response.Body.WriteAsync(new byte[1]);
            await context.Response.Body.FlushAsync();
            await given.Task;
        });

        var slow = await Assert.ThrowsAsync<OutboundException>(() => AskAsync(server, new Uri(server.Url), TimeSpan.FromMilliseconds(300)));

        given.SetResult();
        Assert.Equal(OutboundFailure.TimedOut, slow.Failure);
    }

    [Fact]
    public async Task Where_nobody_listens_the_sentence_names_the_place()
    {
        await using var server = await ServerAsync(_ => Task.CompletedTask);
        await server.StopAsync();

        var unreachable = await Assert.ThrowsAsync<OutboundException>(() => AskAsync(server, new Uri(server.Url)));

        Assert.Equal(OutboundFailure.Unreachable, unreachable.Failure);
        Assert.StartsWith(server.Url, unreachable.Message, StringComparison.Ordinal);
    }

    static async Task<TsaServer> ServerAsync(RequestDelegate answer)
    {
        var server = await TsaServer.StartAsync(query => Task.FromResult(query));
        server.Instead = answer;
        return server;
    }

    static async Task<OutboundAnswer> AskAsync(TsaServer server, Uri url, TimeSpan? timeout = null)
    {
        using var policy = new OutboundPolicy(
            "tests", [OutboundTarget.Of(new Uri(server.Url))], new OutboundLimits(timeout ?? TimeSpan.FromSeconds(30), Maximum), TimeProvider.System);
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent([1]) };
        return await policy.SendAsync(request, CancellationToken.None);
    }
}
