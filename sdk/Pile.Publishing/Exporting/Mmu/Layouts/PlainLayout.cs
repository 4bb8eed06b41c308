using System.Collections.Immutable;

namespace Pile.Publishing;

/// <summary>A table of the dataset's own columns, in the common form of the files of the Multimodal Universe.</summary>
internal sealed class PlainLayout(string modality) : MmuLayout
{
    internal override string Name => modality;

    internal override string Modality => modality;

    internal override ImmutableArray<string> Words => [];

    internal override bool HasOthers => false;

    internal override MmuFolders Folders(MmuTable table) => MmuFolders.Of(FolderName(table.Manifest.Provenance.Survey));

    internal override void Describe(MmuTable table) => table.AddOthers(withHeavy: true);

    /// <summary>Returns a text in lower case, with an underscore for each character other than letters, digits, '-' and '.'.</summary>
    private static string FolderName(string survey)
    {
        string name = string.Concat(survey.ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' ? c : '_'));
        return name.Trim('.').Length > 0 ? name : "survey";
    }
}
