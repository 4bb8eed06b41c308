namespace Pile.Tables.Tests;

/// <summary>Opens tables with the running test's cancellation token.</summary>
internal static class Tables
{
    internal static ITableReader Open(string path, TableReadOptions? options = null) =>
        TableReader.Open(path, options, TestContext.Current.CancellationToken);
}
