using Pile.Format;
using Pile.Reading;

namespace Pile.Tests;

/// <summary>The C# code on a dataset's card compiles and runs. This file contains it unchanged.</summary>
public class CardTests
{
    [Fact]
    public async Task The_code_of_the_card_runs()
    {
        using TemporaryTables tables = new();
        await using (Dataset built = await tables.BuildAsync("stars", "id,ra,dec\n1,200,10\n2,210,-20\n"))
        {
            string card = File.ReadAllText(Path.Combine(built.Address, DatasetPaths.Readme)).Split("```csharp\n")[1].Split("```")[0];
            string[] lines =
                [.. File.ReadAllLines(Path.Combine(Root(), "tests", "Pile.Tests", "CardTests.cs"))
                    .SkipWhile(line => line.Trim() != "// The card begins").Skip(1).TakeWhile(line => line.Trim() != "// The card ends")
                    .Select(line => line.Length > 8 ? line[8..] : line)];
            Assert.Equal(card, string.Join('\n', lines).Replace("OpenAsync(folder)", "OpenAsync(\".\")", StringComparison.Ordinal) + "\n");
            await RunAsync(built.Address);
        }
    }

    private static async Task RunAsync(string folder)
    {
        // The card begins
        await using Dataset dataset = await Dataset.OpenAsync(folder);
        await foreach (RowBatch batch in dataset.QueryAsync(dataset.Query().Where("dec > -90").Columns("object_id", "ra", "dec")))
            Console.WriteLine(batch.RowCount);
        RowReader rows = await dataset.OpenRowsAsync(dataset.Query().Limit(10));
        for (int row = 0; row < rows.Count; row++)
            Console.WriteLine($"{rows.IdAt(row)}: {rows.ReadRow(row).Columns.Length} columns");
        // The card ends
        Assert.Equal(2, rows.Count);
    }

    private static string Root()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Pile.sln")))
            folder = Path.GetDirectoryName(folder)!;
        return folder;
    }
}
