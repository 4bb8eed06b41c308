namespace Pile.Sky.Tests;

public class SmokeTests
{
    [Fact]
    public void Runs() => Assert.True(true);
}
