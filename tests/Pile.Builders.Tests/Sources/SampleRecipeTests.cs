using Pile.Builders.Sources;
using Pile.TestKit;

namespace Pile.Builders.Tests.Sources;

public class SampleRecipeTests
{
    public static TheoryData<string> Recipes => [.. Directory.EnumerateFiles(Path.Combine(TestPaths.Root, "builders", "recipes"), "*.yaml").Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Recipes))]
    public void Sample_recipe_is_read_and_names_a_builder_of_its_modality(string file)
    {
        Recipe recipe = RecipeReader.ReadFile(Path.Combine(TestPaths.Root, "builders", "recipes", file));
        IDatasetBuilder builder = new BuilderRegistry(SourceBuilders.All).Create(recipe.Source);
        Assert.Equal(recipe.Modality, builder.Facts.Modality);
    }
}
