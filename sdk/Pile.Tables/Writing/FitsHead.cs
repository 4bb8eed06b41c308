using System.Collections.Immutable;
using Pile.Fits;
using Pile.Format;

namespace Pile.Tables.Writing;

/// <summary>The cards of a FITS table that describe the table as a whole, and its columns in full.</summary>
internal static class FitsHead
{
    private const int KeywordLength = 8;

    /// <summary>Returns the cards: complete descriptions as TCOMM, because they do not fit into the comment of TTYPE; the frame as RADESYS;
    /// the epoch of the positions as a keyword of Pile; facts with the first eight letters of their key (INSTRUME), or as HIERARCH if the
    /// key has several words.</summary>
    internal static IEnumerable<FitsCard> Cards(ImmutableArray<ColumnSchema> columns, TableAbout? about)
    {
        for (int i = 0; i < columns.Length; i++)
            if (!string.IsNullOrWhiteSpace(columns[i].Description))
                yield return FitsCard.Text($"TCOMM{i + 1}", Ascii(columns[i].Description!));
        foreach (FitsCard card in FitsColumnMeanings.Cards(columns))
            yield return card;
        if (about is null)
            yield break;
        if (about.FrameOf(columns) is { } frame)
            yield return FitsCard.Text("RADESYS", Ascii(frame));
        if (about.EpochOf(columns) is { } year)
            yield return FitsCard.Real(StatedEpoch.FitsKey, year, "Julian year of ra and dec");
        foreach ((string key, string value) in about.Facts)
            yield return FitsCard.Text(key.Contains('.', StringComparison.Ordinal) ? key.Replace('.', ' ').ToUpperInvariant()
                : key.Length > KeywordLength ? key[..KeywordLength].ToUpperInvariant() : key.ToUpperInvariant(), Ascii(value));
        if (!string.IsNullOrWhiteSpace(about.Description))
            yield return FitsCard.Text("DESCRIP", Ascii(about.Description));
    }

    /// <summary>Returns a message if texts of the header have characters that FITS does not have (FITS 4.0 §4.2.1), which are written as
    /// question marks; null if they have none.</summary>
    internal static string? NoteOf(ImmutableArray<ColumnSchema> columns, TableAbout? about)
    {
        (string Place, string? Text)[] texts = [.. columns.Select(c => ($"the description of column '{c.Name}'", c.Description)),
            .. about?.Facts.Select(f => ($"'{f.Key}'", (string?)f.Value)) ?? [], ("the description of the table", about?.Description)];
        string[] places = [.. texts.Where(t => t.Text is { } text && text.Any(c => !char.IsWhiteSpace(c) && !IsPrintable(c)))
            .Select(t => t.Place)];
        return places.Length == 0 ? null : $"the header of a FITS file is ASCII, so other characters are written as '?' in {places[0]}"
            + $"{(places.Length == 1 ? "" : $" and in {CountText.Of(places.Length - 1, "more text")}")}. "
            + "ECSV, VOTable and Parquet keep them.";
    }

    internal static string Ascii(string text) =>
        string.Concat(text.Select(c => char.IsWhiteSpace(c) ? ' ' : IsPrintable(c) ? c : '?'));

    private static bool IsPrintable(char c) => c is >= ' ' and <= '~';
}
