using System.Text;
using EdgeGateway.Simulators.Mqtt;

namespace EdgeGateway.Tests.Simulators.Mqtt;

public sealed class UploadReceiptTests
{
    [Fact]
    public void The_three_kinds_are_told_apart()
    {
        Assert.Equal((7, "ab"), (Read("""{"index":7,"leafHash":"cd","sha256":"ab","sealedAt":"2026-11-22T14:57:21.685240Z"}""").Index, Read("""{"index":7,"sha256":"ab"}""").Sha256));
        Assert.Equal("no", Read("""{"rejected":true,"reason":"no"}""").Rejected);
        Assert.Equal([(0, 3), (5, 5)], Read("""{"missing":[[0,3],[5,5]],"more":true}""").Missing);
        Assert.Empty(Read("""{"missing":[]}""").Missing!);
    }

    [Theory]
    [InlineData("")]
    [InlineData("7")]
    [InlineData("{}")]
    [InlineData("""{"missing":[[1]]}""")]
    [InlineData("""{"missing":[["a",1]]}""")]
    [InlineData("""{"index":"7"}""")]
    public void What_is_none_is_against_the_protocol(string json) => Assert.Throws<MqttProtocolException>(() => Read(json));

    static UploadReceipt Read(string json) => UploadReceipt.Read(Encoding.UTF8.GetBytes(json));
}
