namespace Pile.Format.Tests;

/// <summary>The licence of data from several datasets, as an expression of SPDX.</summary>
public class JoinedLicenceTests
{
    [Theory]
    [InlineData("A AND B", "A", "B", "A")]
    [InlineData("A AND B AND C", "A AND B", "A AND C")]
    [InlineData("A AND B", "A AND B", "B AND A")]
    [InlineData("A OR B", "A OR B", "A OR B")]
    [InlineData("(A OR B) AND C", "A OR B", "C")]
    [InlineData("(A OR B) AND C AND D", "(A OR B)", "C AND D")]
    [InlineData("not stated", "A", "not stated")]
    [InlineData("not stated", "A AND unknown", "B")]
    public void Licences_are_listed_once(string expected, params string[] licences) =>
        Assert.Equal(expected, Provenance.JoinedLicence(licences));
}
