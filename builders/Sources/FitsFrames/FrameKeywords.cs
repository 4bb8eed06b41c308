using Pile.Builders.Sources.SkyImages;
using Pile.Format;

namespace Pile.Builders.Sources.FitsFrames;

/// <summary>Times and native columns of a row from the headers of its frames.</summary>
/// <param name="recipe">The recipe.</param>
/// <param name="frames">The frame of each band.</param>
internal sealed class FrameKeywords(FrameRecipe recipe, IReadOnlyList<Frame> frames)
{
    private static readonly bool[] IsMissing = [true];

    private static readonly string[] NamesOfImages = [.. Modality.Common.Columns.Concat(Modality.Get("image").Columns).Select(c => c.Name),
        "frame_x", "frame_y", "frame_file", "frame_zero_point"];

    /// <summary>The keywords of the recipe that the first frame does not have.</summary>
    internal IEnumerable<string> Unknown => recipe.Keywords.Where(keyword => !HeaderOf(frames[0]).Has(keyword));

    /// <summary>Returns the columns, with one row. The start of several bands is that of the earliest, the end that of the
    /// latest. Keywords with the name of another column of images have the prefix <c>header_</c>.</summary>
    /// <exception cref="SchemaMismatchException">A keyword of a time is missing, its scale is unknown or another one than that of the
    /// recipe.</exception>
    /// <exception cref="ValueInvalidException">A time is not one.</exception>
    internal IEnumerable<ColumnData> Columns()
    {
        foreach (IGrouping<string, ColumnData<double>> times in frames.SelectMany(TimesOf).GroupBy(c => c.Schema.Name))
        {
            double[] days = [.. times.Where(c => !c.IsNull.Span[0]).Select(c => c.Values.Span[0])];
            yield return new ColumnData<double>(times.First().Schema,
                new[] { days.Length == 0 ? double.NaN : times.Key == "mjd" ? days.Min() : days.Max() },
                days.Length == 0 ? IsMissing : default);
        }
        HeaderValues first = HeaderOf(frames[0]);
        HashSet<string> taken = [.. NamesOfImages];
        foreach (string keyword in recipe.Keywords)
            if (first.Column(keyword, taken.Add(keyword) ? keyword : $"header_{keyword}", recipe.Bands[0].Files.Count == 1) is { } column)
                yield return column;
    }

    private IEnumerable<ColumnData<double>> TimesOf(Frame frame)
    {
        HeaderValues header = HeaderOf(frame);
        return HeaderValues.Times(recipe.Mjd, recipe.MjdEnd, Text, Invalid, ScaleOf, keyword => header.ToMjd(keyword, ScaleOf(keyword)))
            .Cast<ColumnData<double>>();

        string ScaleOf(string keyword) => HeaderValues.ScaleOf(frame.Path, keyword, header.TimeScale, recipe.TimeScale);

        string Text(string keyword) => header.TimeOrNull(keyword, recipe.TimeScale ?? header.TimeScale, 0)
            ?? throw new SchemaMismatchException(frame.Path, null,
                $"there is no keyword '{keyword}' in HDU {frame.Header.Hdu} or the primary HDU",
                "Correct the recipe's source, or leave out this file");

        ValueInvalidException Invalid(string keyword, string expected) => new(frame.Path, 0, keyword, $"'{Text(keyword)}'", expected,
            "Skip bad rows (BuildSettings.SkipsBadRows), or leave out this file");
    }

    private static HeaderValues HeaderOf(Frame frame) => new(frame.Path, frame.Header, frame.Primary);
}
