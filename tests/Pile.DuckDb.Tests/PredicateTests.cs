namespace Pile.DuckDb.Tests;

public class PredicateTests : DatabaseTest
{
    [Fact]
    public void A_predicate_filters_rows_of_any_vector_layout()
    {
        string holds = Connection.PredicateSql(new Above(3), "i::BIGINT", "x", "1.0");
        Assert.Equal(Enumerable.Range(0, 30_000).Count(i => i % 7 + (i % 1000) + 1.0 > 3),
            (int)Connection.Scalar<long>("SELECT count(*) FROM (SELECT (i % 7) AS i, (i % 1000)::DOUBLE AS x FROM range(30000) t(i)) "
                + $"WHERE {holds}"));
        Assert.Equal(1, Connection.Scalar<long>($"SELECT count(*) FROM (SELECT 3 AS i, 0.5 AS x) WHERE {holds}")); // constants
        Assert.Equal(30_000,
            Connection.Scalar<long>($"SELECT count(*) FROM (SELECT 9 AS i, 0.5::DOUBLE AS x FROM range(30000)) WHERE {holds}"));
        Assert.Equal(10, Connection.Scalar<long>("SELECT count(*) FROM (SELECT i, NULL::DOUBLE AS x FROM range(10) t(i)) WHERE NOT "
            + $"coalesce({holds}, false) OR true"));
    }

    [Fact]
    public void Errors_of_predicates_are_reported_and_predicates_end_with_their_connection()
    {
        string failing = Connection.PredicateSql(new Failing(), "1", "1.0", "1.0");
        Assert.Contains("broken rule", Assert.Throws<DuckDbException>(() => Connection.Execute($"SELECT {failing} FROM range(5)")).Message,
            StringComparison.Ordinal);
        string other;
        using (DuckDbConnection own = Database.Connect())
            other = own.PredicateSql(new Above(0), "1", "1.0", "1.0");
        Assert.Contains("the condition does not exist",
            Assert.Throws<DuckDbException>(() => Connection.Execute($"SELECT {other} FROM range(5)")).Message, StringComparison.Ordinal);
    }

    private sealed class Above(double limit) : IDuckDbPredicate
    {
        public void Test(ReadOnlySpan<long> keys, ReadOnlySpan<double> x, ReadOnlySpan<double> y, Span<bool> destination)
        {
            for (int i = 0; i < keys.Length; i++)
                destination[i] = keys[i] + x[i] + y[i] > limit;
        }
    }

    private sealed class Failing : IDuckDbPredicate
    {
        public void Test(ReadOnlySpan<long> keys, ReadOnlySpan<double> x, ReadOnlySpan<double> y, Span<bool> destination) =>
            throw new InvalidOperationException("broken rule");
    }
}
