using Pile.Format;

namespace Pile.Reading;

/// <summary>Reports an unknown column, with similar names.</summary>
internal static class UnknownColumn
{
    internal static string Message(string dataset, string requested, IEnumerable<string> names) =>
        $"Dataset '{dataset}' has no column '{requested}'. {SimilarNames.Hint(requested, names)}.";
}
