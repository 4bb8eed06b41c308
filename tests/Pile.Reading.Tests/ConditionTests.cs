using System.Text;
using Pile.DuckDb;
using Pile.Format;
using Pile.TestKit;

namespace Pile.Reading.Tests;

/// <summary>NaN in conditions: comparisons follow IEEE 754, as in numpy and pandas, and NULL stays NULL.</summary>
public sealed class ConditionTests(HandMadeDataset made) : IClassFixture<HandMadeDataset>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1, 400)]
    [InlineData(1, 1000, Traits = ["Run", "Long"])]
    [InlineData(2, 1000, Traits = ["Run", "Long"])]
    public void Random_conditions_have_the_values_that_numpy_computes(int seed, int count)
    {
        string[] lines = Python.Run(File.ReadAllText(TestPaths.Data("scripts/conditions.py")), $"{seed}", $"{count}").Split('\n',
            StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(1 + count, lines.Length);
        using DuckDbDatabase database = DuckDbDatabase.OpenInMemory();
        using DuckDbConnection connection = database.Connect();
        const string Columns = """{"x":"DOUBLE","y":"DOUBLE","f":"FLOAT","i":"INTEGER","t":"VARCHAR"}""";
        connection.Execute($"CREATE TABLE rows AS SELECT unnest(from_json({DuckDbSql.Literal(lines[0])}, '[{Columns}]'), recursive := "
            + "true)", cancellationToken: Token);
        foreach (string line in lines[1..])
        {
            string[] parts = line.Split('\t');
            Assert.Equal($"{parts[0]}: {parts[1]}",
                $"{parts[0]}: {Values(connection, SqlExpression.ParseCondition(connection, parts[0]).Sql)}");
        }
    }

    [Theory]
    [InlineData("i < 2")]
    [InlineData("x < 2 AND y <= -1.5e3 OR 5 > x")]
    [InlineData("x = 2 OR x <> 3 -- a comment")]
    [InlineData("x BETWEEN 1 AND 2 AND t IN ('a', 'b') AND x NOT IN (1, -2)")]
    [InlineData("x IS DISTINCT FROM y")]
    public void Conditions_without_a_comparison_that_NaN_can_meet_stay_as_they_are(string condition)
    {
        using DuckDbDatabase database = DuckDbDatabase.OpenInMemory();
        using DuckDbConnection connection = database.Connect();
        Assert.Equal(SqlExpression.Parse(connection, condition).Sql, SqlExpression.ParseCondition(connection, condition).Sql);
    }

    [Fact]
    public void Deeply_nested_comparisons_are_rejected()
    {
        using DuckDbDatabase database = DuckDbDatabase.OpenInMemory();
        using DuckDbConnection connection = database.Connect();
        string condition = "x";
        for (int i = 0; i < 60; i++)
            condition = $"abs(({condition} > y)::INT)";
        Assert.Contains("nested too deeply",
            Assert.Throws<ArgumentException>(() => SqlExpression.ParseCondition(connection, $"{condition} > 0")).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("i, f", "i", "1.1", "2.5")]
    [InlineData("f, i", "1.1", "i", "7")]
    [InlineData("t, i, d", "'t'", "i", "'2020-1-01'")]
    public void A_long_list_of_rows_has_the_values_of_its_comparisons(string names, params string[] constants)
    {
        using DuckDbDatabase database = DuckDbDatabase.OpenInMemory();
        using DuckDbConnection connection = database.Connect();
        connection.Execute("""
            CREATE TABLE rows AS SELECT i, f::FLOAT AS f, t, d::DATE AS d FROM (VALUES (NULL), (1), (2), (30), (99)) i(i),
            (VALUES (NULL), ('nan'), ('1.1'), ('2.5')) f(f), (VALUES (NULL), ('t'), ('u')) t(t),
            (VALUES (NULL), ('2020-01-01'), ('2021-01-01')) d(d)
            """, cancellationToken: Token);
        string[] columns = names.Split(", ");
        string[][] rows = [.. Enumerable.Range(0, 40).Select(i => columns.Select((_, c) => (c == 1 && i % 3 == 0 && columns.Length == 2
            ? constants[2] : constants[c]).Replace("i", $"{i}", StringComparison.Ordinal)).ToArray())];
        string list = string.Join(", ", rows.Select(r => $"({string.Join(", ", r)})")),
            chain = string.Join(" OR ", rows.Select(r => $"({string.Join(" AND ", columns.Zip(r, (c, v) => $"{c} = {v}"))})"));
        string sql = SqlExpression.ParseCondition(connection, $"({names}) IN ({list})").Sql;
        Assert.Contains("CASE", sql, StringComparison.Ordinal);
        string expected = Values(connection, $"({chain})");
        Assert.All("TFN", value => Assert.Contains(value, expected));
        Assert.Equal(expected, Values(connection, sql));
        Assert.Equal(Values(connection, $"(NOT ({chain}))"),
            Values(connection, SqlExpression.ParseCondition(connection, $"({names}) NOT IN ({list})").Sql));
    }

    [Fact]
    public void A_list_of_many_rows_is_compared()
    {
        using DuckDbDatabase database = DuckDbDatabase.OpenInMemory();
        using DuckDbConnection connection = database.Connect();
        string list = string.Join(", ", Enumerable.Range(0, 1000).Select(i => $"({i}, {i + 1})"));
        string sql = SqlExpression.ParseCondition(connection, $"(x, y) IN ({list})").Sql;
        Assert.Equal(1, connection.Scalar<long>($"SELECT count(*) FROM (VALUES (999.0, 1000.0), (3.0, 5.0), ('nan'::DOUBLE, 1.0)) t(x, y) "
            + $"WHERE {sql}", cancellationToken: Token));
    }

    [Theory]
    [InlineData("(x, y) = (1, 2, 3)", "a row of 2 values with one of 3")]
    [InlineData("(x, y) IN ((1, 2), (1, 2, 3))", "a row of 2 values with one of 3")]
    public void Rows_of_different_lengths_are_rejected(string condition, string reason)
    {
        using DuckDbDatabase database = DuckDbDatabase.OpenInMemory();
        using DuckDbConnection connection = database.Connect();
        Assert.Contains(reason, Assert.Throws<ArgumentException>(() => SqlExpression.ParseCondition(connection, condition)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_query_finds_no_row_with_NaN_above_a_number()
    {
        made.ReplaceInTiles("CASE WHEN abs(dec) < 20 THEN 'nan'::DOUBLE ELSE z END AS z");
        await using Dataset dataset = await Dataset.OpenAsync(made.Path, cancellationToken: Token);
        double[] z = ((ColumnData<double>)(await QueryTests.AllAsync(dataset, dataset.Query()))["z"]).Values.ToArray();
        Assert.Contains(z, double.IsNaN);
        foreach ((string condition, Func<double, bool> isTrue) in ((string, Func<double, bool>)[])
            [("z > 0.5", v => v > 0.5), ("NOT (z > 0.5)", v => !(v > 0.5)), ("z <> 2", v => v != 2), ("z = z", v => !double.IsNaN(v)),
                ("isnan(z)", double.IsNaN)])
        {
            Query query = dataset.Query().Where(condition);
            Assert.Equal(z.Where(isTrue), ((ColumnData<double>)(await QueryTests.AllAsync(dataset, query))["z"]).Values.ToArray());
            Assert.Equal(z.Count(isTrue), await dataset.CountAsync(query, Token));
        }
    }

    private static string Values(DuckDbConnection connection, string sql)
    {
        StringBuilder values = new();
        using DuckDbResult result = connection.Query($"SELECT CASE WHEN {sql} THEN 1 WHEN NOT {sql} THEN 0 ELSE -1 END FROM rows");
        foreach (DuckDbChunk chunk in result.Chunks())
            foreach (int value in chunk.Values<int>(0))
                values.Append(value switch { 1 => 'T', 0 => 'F', _ => 'N' });
        return values.ToString();
    }
}
