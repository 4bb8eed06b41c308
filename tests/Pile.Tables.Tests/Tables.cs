namespace Pile.Tables.Tests;

/// <summary>Opens tables within the running test: a test that is cancelled ends.</summary>
internal static class Tables
{
    internal static ITableReader Open(string path, TableReadOptions? options = null) =>
        TableReader.Open(path, options, TestContext.Current.CancellationToken);
}
