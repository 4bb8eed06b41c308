using Pile.Format;
using Pile.TestKit;

namespace Pile.Review.Tests.Validation;

/// <summary>Memory limits of a validation.</summary>
public sealed class ReviewDatabasesTests
{
    [Fact]
    public void A_query_above_the_limit_is_not_a_finding()
    {
        const string Sql = "SELECT list(range) FROM range(100000000)";
        using TemporaryFolder folder = new();
        using ReviewDatabases databases = new(workers: 1, memoryBytes: 1, folder.Path);
        foreach (Action query in (Action[])[() => databases.Use(connection => connection.Execute(Sql)),
            () => databases.UseAll(connection => connection.Execute(Sql))])
            Assert.Contains("Raise the limit: ValidationOptions.MemoryBytes", Assert.Throws<MemoryLimitException>(query).Message,
                StringComparison.Ordinal);
    }
}
