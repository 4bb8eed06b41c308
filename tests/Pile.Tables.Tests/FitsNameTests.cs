using Pile.TestKit;

namespace Pile.Tables.Tests;

/// <summary>Names of columns that are too long for FITS.</summary>
public class FitsNameTests
{
    [Theory]
    [InlineData('a', 69, "its name has 69 characters in FITS, of at most 68. Leave the column out")]
    [InlineData('é', 12, "its name has 72 characters in FITS, where others than those of ASCII are percent-encoded, of at most 68")]
    public async Task A_name_that_is_too_long_is_an_error_with_a_remedy(char letter, int count, string message)
    {
        using TemporaryFolder folder = new();
        string name = new(letter, count);
        File.WriteAllText(folder["t.csv"], $"id,{name}\n1,2\n");
        using ITableReader table = Tables.Open(folder["t.csv"]);
        ArgumentException e = await Assert.ThrowsAsync<ArgumentException>(() => TableWriter.WriteAsync(folder["t.fits"], table.Columns,
            table.ReadAsync(cancellationToken: TestContext.Current.CancellationToken),
            cancellationToken: TestContext.Current.CancellationToken));
        Assert.Contains($"Column '{name}': {message}", e.Message, StringComparison.Ordinal);
    }
}
