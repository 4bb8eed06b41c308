using Pile.Builders.Sources.CubeSpectrum;
using Pile.Builders.Sources.FitsCutout;
using Pile.Builders.Sources.LightCurve;
using Pile.Builders.Sources.SdssSpectrum;
using Pile.Builders.Sources.Table;

namespace Pile.Builders.Sources;

/// <summary>The builders of real sources, as <see cref="BuilderRegistry"/> takes them. A new source is one line here.</summary>
public static class SourceBuilders
{
    /// <summary>For each kind what makes its builder out of a recipe's <c>source</c>.</summary>
    public static IReadOnlyDictionary<string, Func<RecipeSource, IDatasetBuilder>> All { get; } = new Dictionary<string, Func<RecipeSource, IDatasetBuilder>>(StringComparer.Ordinal)
    {
        [CubeSpectrumBuilder.Kind] = source => new CubeSpectrumBuilder(source),
        [FitsCutoutBuilder.Kind] = source => new FitsCutoutBuilder(source),
        [LightCurveFitsBuilder.Kind] = source => new LightCurveFitsBuilder(source),
        [LightCurveTableBuilder.Kind] = source => new LightCurveTableBuilder(source),
        [SdssSpectrumBuilder.Kind] = source => new SdssSpectrumBuilder(source),
        [TableBuilder.Kind] = source => new TableBuilder(source),
    };
}
