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
    public void Identifiers_are_quoted(string name)
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
    public void Text_literals_are_quoted(string text) => Assert.Equal(text, Connection.Scalar<string>($"SELECT {DuckDbSql.Literal(text)}"));

    [Theory]
    [InlineData(0.618)]
    [InlineData(-0.1)]
    [InlineData(double.Epsilon)]
    [InlineData(double.MaxValue)]
    [InlineData(double.NaN)]
    [InlineData(double.NegativeInfinity)]
    public void Double_literals_are_exact(double value) =>
        Assert.Equal(value, Connection.Scalar<double>($"SELECT {DuckDbSql.Literal(value)}"));

    [Theory] // J2000.0 is MJD 51544.5
    [InlineData("2000-01-01T12:00:00Z", " (the column has numbers; times are Modified Julian Dates: 2000-01-01T12:00:00Z is 51544.5)")]
    [InlineData("star", " (the column has numbers)")]
    [InlineData("12", "")]
    public void Texts_that_are_compared_with_numbers_are_explained(string text, string expected)
    {
        foreach (string type in (string[])["DOUBLE", "FLOAT", "BIGINT", "INTEGER", "UTINYINT"])
        {
            string sql = $"SELECT CAST(3 AS {type}) > {DuckDbSql.Literal(text)}";
            DuckDbException? error = null;
            try
            {
                _ = Connection.Scalar<bool>(sql);
            }
            catch (DuckDbException e)
            {
                error = e;
            }
            Assert.Equal(expected, error is null ? "" : SqlHint.Of(sql, error.Error));
        }
    }

    [Theory]
    [InlineData("SELECT s = 5 FROM t", " (column 's' has texts; a text is written in single quotes)")]
    [InlineData("SELECT s > 3 FROM t", " (a text is written in single quotes; CAST(… AS DOUBLE) makes a number of a text)")]
    [InlineData("SELECT 2.5::DOUBLE < s FROM t", " (a text is written in single quotes; CAST(… AS DOUBLE) makes a number of a text)")]
    [InlineData("SELECT CAST(s AS DOUBLE) > 3 FROM t", " (the column has numbers)")]
    [InlineData("SELECT list_contains(cells.class, 'wbc') FROM t", " (a column with a dot in its name is written in double quotes: "
        + "\"cells.class\")")]
    public void Texts_compared_with_numbers_and_names_with_dots_are_explained(string sql, string expected)
    {
        Connection.Execute("CREATE OR REPLACE TEMP TABLE t AS SELECT 'abc' AS s, ['wbc'] AS \"cells.class\"", cancellationToken: default);
        DuckDbException error = Assert.Throws<DuckDbException>(() => Connection.Scalar<bool>(sql));
        Assert.Equal(expected, SqlHint.Of(sql, error.Error));
    }

    [Fact]
    public void Lists_are_quoted_and_NUL_characters_rejected()
    {
        Assert.Equal("['a', 'b''c']", DuckDbSql.LiteralList(["a", "b'c"]));
        Assert.Throws<ArgumentException>(() => DuckDbSql.Literal("a\0b"));
        Assert.Throws<ArgumentException>(() => DuckDbSql.Identifier("a\0b"));
        Assert.Throws<ArgumentException>(() => DuckDbSql.Identifier(""));
    }
}
