namespace Pile.Publishing;

/// <summary>The phases of a copy, in order.</summary>
internal static class CopyPhase
{
    /// <summary>The rows of a part are read and written as a separate dataset.</summary>
    internal const string Select = "select";

    /// <summary>The files of an interrupted copy are checked.</summary>
    internal const string Check = "check";

    /// <summary>Files are copied.</summary>
    internal const string Copy = "copy";
}
