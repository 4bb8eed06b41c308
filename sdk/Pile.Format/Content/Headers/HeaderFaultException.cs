namespace Pile.Format;

/// <summary>A header is damaged. The message completes the sentence "the file …".</summary>
internal sealed class HeaderFaultException(string finding) : Exception(finding);
