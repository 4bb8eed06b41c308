using Pile.CrossMatch;
using Pile.Reading;
using Pile.Review;
using Pile.Tables;

namespace Pile.Tests;

/// <summary>Options and values that are not valid are named.</summary>
public sealed class OptionArgumentTests : IDisposable
{
    private readonly TemporaryTables tables = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => tables.Dispose();

    private Task<Dataset> StarsAsync() => tables.BuildAsync("stars", "id,ra,dec,mag\n1,200,10,5\n2,210,-20,6\n");

    [Fact]
    public async Task Options_out_of_range_are_named()
    {
        foreach ((ValidationOptions options, string message) in ((ValidationOptions, string)[])
            [(new() { Workers = -1 }, "ValidationOptions.Workers must be at least 1; it is -1."),
                (new() { MaxFindingsPerCode = 0 }, "ValidationOptions.MaxFindingsPerCode must be at least 1; it is 0.")])
            Assert.StartsWith(message, (await Assert.ThrowsAsync<ArgumentException>(
                () => DatasetValidator.ValidateAsync("stars", options, Cancellation))).Message, StringComparison.Ordinal);
        using ITableReader table = await TableReader.OpenAsync(await tables.WriteAsync("t.csv", "id,ra,dec\n1,2,3\n"),
            cancellationToken: Cancellation);
        await using Dataset stars = await StarsAsync();
        Assert.Equal($"PositionOptions.RaUnit must be one of {string.Join(", ", Enum.GetNames<RaUnit>())}; it is 44.",
            (await Assert.ThrowsAsync<ArgumentException>(() => CrossMatcher.MatchAsync(
                TableSide.Create(table, new() { RaUnit = (RaUnit)44 }), new DatasetSide(stars), new() { RadiusArcsec = 1 }, Cancellation)))
            .Message);
    }

    [Fact]
    public async Task Values_of_a_field_of_two_types_are_named_with_their_rows()
    {
        await using Dataset stars = await StarsAsync();
        string layer = await tables.WriteAsync("layers", "") + ".notes";
        await LayerWriter.CreateAsync(layer, stars, cancellationToken: Cancellation);
        await using LayerWriter writer = await LayerWriter.OpenAsync(layer, cancellationToken: Cancellation);
        writer.Set(1, "kind", "star");
        writer.Set(2, "kind", 4);
        Assert.Equal("The values of 'kind' have types without a common one: String (row 1), Int32 (row 2). Set values of one type.",
            (await Assert.ThrowsAsync<ArgumentException>(() => writer.CommitAsync("both", Cancellation))).Message);
    }
}
