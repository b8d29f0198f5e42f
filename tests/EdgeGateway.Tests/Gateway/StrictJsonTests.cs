using System.Text;
using System.Text.Json;
using EdgeGateway.Gateway;

namespace EdgeGateway.Tests.Gateway;

public sealed class StrictJsonTests
{
    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"x\"")]
    [InlineData("""{"a":1,"a":2}""")]
    [InlineData("""{"a":1,"\u0061":2}""")]
    [InlineData("""{"rows":[{"index":1,"index":2}]}""")]
    [InlineData("""{"a":"\ud800"}""")]
    [InlineData("""{"a":["\udc00\ud800"]}""")]
    [InlineData("""{"\ud800":1}""")]
    [InlineData("""{"\ud800":1,"\ud801":1}""")]
    public void What_is_no_object_or_says_something_twice_or_in_no_text_is_no_json(string text) =>
        Assert.ThrowsAny<JsonException>(() => StrictJson.ReadObject(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void Bytes_that_are_no_text_are_no_json()
    {
        byte[] bytes = [.. "{\"a\":\""u8, 0xff, 0xfe, .. "\"}"u8];

        Assert.ThrowsAny<JsonException>(() => StrictJson.ReadObject(bytes));
    }

    [Fact]
    public void An_object_is_read_whole() =>
        Assert.Equal("案-77😀", StrictJson.ReadObject("""{"rows":[{"case":"案-77\ud83d\ude00"}]}"""u8)["rows"]![0]!["case"]!.GetValue<string>());
}
