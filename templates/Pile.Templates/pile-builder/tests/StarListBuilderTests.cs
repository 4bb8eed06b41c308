using Pile.Builders;
using Pile.Format;
using Pile.Reading;
using Xunit;

namespace MyBuilder.Tests;

public sealed class StarListBuilderTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory().FullName;

    [Fact]
    public async Task The_sample_is_built_and_read_back()
    {
        await BuildAsync(Recipe([]), new());
        await using Dataset dataset = await Dataset.OpenAsync(Path.Combine(folder, "out"));
        Assert.Equal(4, dataset.Manifest.Rows);
    }

    [Fact]
    public async Task A_bad_line_stops_the_build_or_is_skipped()
    {
        File.WriteAllText(Path.Combine(folder, "bad.txt"), "s1 10 20 5.5\ns2 here 20 5.5\n");
        Recipe recipe = Recipe(new() { ["source.files"] = Path.Combine(folder, "*.txt") });
        ValueInvalidException error = await Assert.ThrowsAsync<ValueInvalidException>(() => BuildAsync(recipe, new()));
        Assert.Equal(1, error.Row);
        BuildOutcome outcome = await BuildAsync(recipe, new() { SkipsBadRows = true });
        Assert.Equal((1, 1), (outcome.Dataset.Rows, outcome.Dataset.Skipped));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static Recipe Recipe(Dictionary<string, string> changes) =>
        RecipeReader.ReadFile(Path.Combine(AppContext.BaseDirectory, "recipe.yaml"), changes);

    private Task<BuildOutcome> BuildAsync(Recipe recipe, BuildSettings settings)
    {
        BuilderRegistry builders = BuilderRegistry.Of(typeof(StarListBuilder).Assembly);
        return BuildRun.RunAsync(recipe, builders, Path.Combine(folder, "out"), settings, TestContext.Current.CancellationToken);
    }
}
