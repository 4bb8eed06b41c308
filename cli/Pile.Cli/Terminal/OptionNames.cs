using Pile.CrossMatch;
using Pile.Publishing;
using Pile.Reading;
using Pile.Writing;

namespace Pile.Cli.Terminal;

/// <summary>Replaces the names of .NET properties in messages with the options of the command line.</summary>
internal static class OptionNames
{
    // A name that begins with another name comes first.
    private static readonly (string Property, string Option)[] Names =
    [
        (OfMatch(nameof(CrossMatchOptions.MinRadiusArcsec)), "--min-radius"),
        (OfMatch(nameof(CrossMatchOptions.RadiusArcsec)), "--radius"),
        (OfMatch(nameof(CrossMatchOptions.Neighbours)), "--find"),
        (OfMatch(nameof(CrossMatchOptions.Sigma)), "--sigma"),
        (OfMatch(nameof(CrossMatchOptions.ErrorColumnA)), "--radius-column-a"),
        (OfMatch(nameof(CrossMatchOptions.ErrorColumnB)), "--radius-column-b"),
        (OfMatch(nameof(CrossMatchOptions.TimeWindowDays)), "--time-window"),
        (OfMatch(nameof(CrossMatchOptions.GroupColumnB)), "--group"),
        (OfMatch(nameof(CrossMatchOptions.GroupColumn)), "--group"),
        (OfMatch(nameof(CrossMatchOptions.Join)), "--join"),
        (OfMatch(nameof(CrossMatchOptions.MemoryBytes)), "--memory"),
        (OfMatch(nameof(CrossMatchOptions.Errors)), "the error model"),
        ($"{nameof(DatasetOptions)}.{nameof(DatasetOptions.QueryMemoryBytes)}", "--memory"),
        ($"{nameof(WriterSettings)}.{nameof(WriterSettings.Resume)}", "--resume"),
        ($"{nameof(CopyOptions)}.{nameof(CopyOptions.Resume)}", "--resume"),
        ($"{nameof(CopyOptions)}.{nameof(CopyOptions.Where)}", "--where"),
        ($"{nameof(RowFileOptions)}.{nameof(RowFileOptions.Rgb)}", "--rgb"),
        ($"{nameof(MatchFind)}.{nameof(MatchFind.Groups)}", "--find groups"),
        ($"{nameof(ErrorModel)}.{nameof(ErrorModel.Sum)}", "--error-sum"),
        ($"{nameof(ErrorModel)}.{nameof(ErrorModel.Sigma)}", "--sigma"),
    ];

    /// <summary>Replaces the names in a message.</summary>
    internal static string In(string message)
    {
        foreach ((string property, string option) in Names)
            message = message.Replace(property, option, StringComparison.Ordinal);
        return message;
    }

    private static string OfMatch(string property) => $"{nameof(CrossMatchOptions)}.{property}";
}
