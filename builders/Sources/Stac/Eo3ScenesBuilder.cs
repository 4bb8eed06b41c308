using Pile.Format;
using Pile.Stac;

namespace Pile.Builders.Sources.Stac;

/// <summary>Makes a row of each document of the Open Data Cube (EO3, or EO), as <see cref="StacScenesBuilder"/> does; STAC items are
/// rejected.</summary>
/// <param name="source">The keys of <see cref="StacScenesBuilder"/>.</param>
/// <exception cref="DocumentInvalidException">A key is missing, unknown or misused.</exception>
[DatasetBuilder("eo3-scenes")]
internal sealed class Eo3ScenesBuilder(RecipeSource source) : StacScenesBuilder(source)
{
    /// <inheritdoc/>
    protected override void Require(Scene scene)
    {
        if (scene.Format is SceneFormat.Stac)
            throw new SceneInvalidException(SceneProblem.NotScene, scene.Source, scene.Index, scene.Id, "",
                "it is a STAC item, not a document of the Open Data Cube", "Use 'kind: stac-scenes'");
    }
}
