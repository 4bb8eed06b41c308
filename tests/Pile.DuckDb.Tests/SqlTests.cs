namespace Pile.DuckDb.Tests;

public class SqlTests : DatabaseTest
{
    [Theory]
    [InlineData("flux")]
    [InlineData("a\"b")]
    [InlineData("\"")]
    [InlineData("forced.g_cmodel_mag; DROP TABLE t")]
    [InlineData("select")]
    [InlineData("α δ")]
    public void An_identifier_stays_a_name(string name)
    {
        using DuckDbResult result = Connection.Query($"SELECT 1 AS {DuckDbSql.Identifier(name)}");
        Assert.Equal(name, result.Columns[0].Name);
    }

    [Theory]
    [InlineData("")]
    [InlineData("O'Brien")]
    [InlineData("''")]
    [InlineData("\\' -- \n; DROP TABLE t")]
    [InlineData("$$ $1 ?")]
    public void A_literal_stays_a_text(string text) => Assert.Equal(text, Connection.Scalar<string>($"SELECT {DuckDbSql.Literal(text)}"));

    [Theory]
    [InlineData(0.618)]
    [InlineData(-0.1)]
    [InlineData(double.Epsilon)]
    [InlineData(double.MaxValue)]
    [InlineData(double.NaN)]
    [InlineData(double.NegativeInfinity)]
    public void A_double_stays_a_double(double value) =>
        Assert.Equal(value, Connection.Scalar<double>($"SELECT {DuckDbSql.Literal(value)}"));

    [Fact]
    public void Writes_lists_and_refuses_what_would_cut_the_sql()
    {
        Assert.Equal("['a', 'b''c']", DuckDbSql.LiteralList(["a", "b'c"]));
        Assert.Throws<ArgumentException>(() => DuckDbSql.Literal("a\0b"));
        Assert.Throws<ArgumentException>(() => DuckDbSql.Identifier("a\0b"));
        Assert.Throws<ArgumentException>(() => DuckDbSql.Identifier(""));
    }
}
